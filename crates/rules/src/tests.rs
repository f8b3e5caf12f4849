//! Runs over made-up rule sets: what applies, in which order, and how a run goes on after a wait.

use std::cell::Cell;

use base::ix::PxIx;
use base::{Tick, WallClock};
use expr::acl::{Acls, Cond};
use expr::{Arena, Env, NoOutside, Place, Process, View};
use http::{Head, Version};

use crate::{Doer, End, Goal, Next, Route, Rule, RuleSet, Run, Step, Target, Wait};

/// A request that may not have come yet, and a list of what was done.
struct World {
    head: Option<Head>,
    last: bool,
    process: Process,
    arena: Arena,
    done: Vec<&'static str>,
    looked: Cell<u32>,
}

/// What the rules of these tests do.
enum Do {
    Note(&'static str),
    /// Sets the path, so that the next rule sees another one.
    SetPath(&'static str),
    /// Waits until the world is at its last chance.
    Hold,
    Stop,
}

impl World {
    fn new(path: Option<&str>) -> World {
        let head = path.map(|p| Head::request(b"GET", p.as_bytes(), Version::HTTP_1_1, 4096).unwrap());
        let (process, arena) = (Process::default(), Arena::new());
        World { head, last: false, process, arena, done: Vec::new(), looked: Cell::new(0) }
    }
}

impl Doer<Do> for World {
    type Verdict = &'static str;

    fn look<R>(&self, f: impl FnOnce(&Env<'_>) -> R) -> R {
        self.looked.set(self.looked.get() + 1);
        f(&self.env())
    }

    fn act(&mut self, rule: &Rule<Do>) -> Step<&'static str> {
        match &rule.action {
            Do::Note(word) => self.done.push(word),
            Do::SetPath(path) => self.head.as_mut().unwrap().set_path(path.as_bytes()).unwrap(),
            Do::Hold if !self.last => return Step::Wait(Wait::Sleep(Tick(9))),
            Do::Hold => self.done.push("held"),
            Do::Stop => return Step::Final("stopped"),
        }
        Step::Next
    }
}

impl World {
    fn env(&self) -> Env<'_> {
        Env {
            last: self.last,
            request: self.head.as_ref().map_or(View::Pending, View::Ready),
            ..Env::bare(Place::FeHttpReq, Tick(1), WallClock::default(), &self.process, self.arena.scratch())
        }
    }
}

fn cond(text: &str) -> Option<Cond> {
    let words: Vec<&[u8]> = text.split(' ').map(str::as_bytes).collect();
    (!text.is_empty()).then(|| Cond::compile(&words, &Acls::new(), &mut NoOutside).unwrap())
}

fn set<A>(rules: Vec<(&str, A)>) -> RuleSet<A> {
    let rule = |(line, (text, action))| Rule { cond: cond(text), action, line, file: 0 };
    RuleSet::new((1..).zip(rules).map(rule).collect())
}

#[track_caller]
fn check(path: &str, rules: Vec<(&str, Do)>, want: End<&'static str>, done: &[&str]) {
    let mut world = World::new(Some(path));
    assert_eq!(set(rules).run(&mut Run::default(), &mut world), want);
    assert_eq!(world.done, done);
}

#[test]
fn rules_apply_in_order() {
    let note = |word| Do::Note(word);
    check("/a", vec![], End::Through, &[]);
    check("/a", vec![("", note("1")), ("if { path /b }", note("2")), ("", note("3"))], End::Through, &["1", "3"]);
    check("/a", vec![("unless { path /b }", Do::Stop), ("", note("2"))], End::Final("stopped"), &[]);
}

#[test]
fn a_rule_sees_what_the_one_before_it_did() {
    let rules = vec![("if { path /a }", Do::SetPath("/b")), ("if { path /b }", Do::Note("seen"))];
    check("/a", rules, End::Through, &["seen"]);
}

#[test]
fn a_run_goes_on_where_it_waited() {
    let rules = set(vec![
        ("", Do::Note("first")),
        ("if { path /a }", Do::Hold),
        ("if { path /a }", Do::Note("third")),
        ("", Do::Note("last")),
    ]);
    let mut world = World::new(Some("/a"));
    let mut run = Run::default();
    assert_eq!(rules.run(&mut run, &mut world), End::Wait(Wait::Sleep(Tick(9))));
    assert_eq!(rules.run(&mut run, &mut world), End::Wait(Wait::Sleep(Tick(9))));
    // The condition of the rule that waits would not hold any more, and isn't asked again.
    world.act(&Rule { cond: None, action: Do::SetPath("/other"), line: 0, file: 0 });
    world.last = true;
    assert_eq!(rules.run(&mut run, &mut world), End::Through);
    assert_eq!(world.done, ["first", "held", "last"]);
}

#[test]
fn a_condition_waits_for_its_facts_until_the_last_chance() {
    let rules =
        || set(vec![("", Do::Note("1")), ("if { path /a }", Do::Note("2")), ("unless { path /a }", Do::Note("3"))]);
    let mut world = World::new(None);
    let mut run = Run::default();
    assert_eq!(rules().run(&mut run, &mut world), End::Wait(Wait::Data));
    let mut arrived = World::new(Some("/a"));
    assert_eq!(rules().run(&mut run, &mut arrived), End::Through);
    assert_eq!((world.done, arrived.done), (vec!["1"], vec!["2"]));

    let mut never = World::new(None);
    never.last = true;
    assert_eq!(rules().run(&mut Run::default(), &mut never), End::Through);
    assert_eq!(never.done, ["1", "3"]);
}

#[test]
fn rules_that_do_not_apply_cost_one_look() {
    let rules = set((0..50).map(|_| ("if { path_beg /nope }", Do::Stop)).collect());
    let mut world = World::new(Some("/a"));
    assert_eq!(rules.run(&mut Run::default(), &mut world), End::Through);
    assert_eq!(world.looked.get(), 1);
    let mut none = World::new(Some("/a"));
    assert_eq!(RuleSet::default().run(&mut Run::default(), &mut none), End::Through);
    assert_eq!(none.looked.get(), 0);
}

#[test]
fn routes() {
    let route = Route {
        rules: set(vec![
            ("if { path_beg /img } { path_end .png }", Goal::Backend(PxIx(1))),
            ("if { path_beg /img }", Goal::Backend(PxIx(2))),
        ]),
        default: Some(PxIx(9)),
    };
    let check = |path: Option<&str>, route: &Route, want: Target<'_>| {
        let mut world = World::new(path);
        world.last = true;
        assert_eq!(route.choose(&world.env()), want, "{path:?}");
    };
    check(Some("/img/a.png"), &route, Target::Backend(PxIx(1)));
    check(Some("/img/a"), &route, Target::Backend(PxIx(2)));
    check(Some("/"), &route, Target::Backend(PxIx(9)));
    check(None, &route, Target::Backend(PxIx(9)));
    check(Some("/"), &Route::default(), Target::Own);
}

#[test]
fn next_tells_the_line() {
    let rules = set(vec![("if { path /b }", Do::Stop), ("if { path /a }", Do::Stop)]);
    let world = World::new(Some("/a"));
    match rules.next(&mut Run::default(), &world.env()) {
        Next::Rule(rule) => assert_eq!(rule.line, 2),
        Next::Wait | Next::End => panic!("the second rule applies"),
    }
}
