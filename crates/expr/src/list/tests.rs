use proptest::prelude::*;

use super::*;
use crate::acl::Matcher;
use crate::args::NameKind;
use crate::error::show;
use crate::outside::{Lookup, Outside};

struct One(Vec<u8>, Lists);

impl Outside for One {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        if path == "there" { Ok(self.0.clone()) } else { Err("No such file or directory".to_owned()) }
    }

    fn resolve4(&mut self, host: &str) -> Option<Vec<core::net::Ipv4Addr>> {
        (host == "h.example").then(|| vec![core::net::Ipv4Addr::new(9, 9, 9, 9)])
    }

    fn find(&mut self, _: NameKind, _: &[u8]) -> Lookup {
        Lookup::Later
    }

    fn lists(&self) -> Lists {
        self.1.clone()
    }
}

fn key(matcher: Matcher) -> ViewKey {
    ViewKey { how: How { matcher, ignore_case: false }, values: Values::Text, no_resolve: true }
}

fn load(text: &str, matcher: Matcher) -> View {
    View::load("there", Kind::Map, key(matcher), &mut One(text.into(), Lists::default())).unwrap()
}

fn find(view: &View, probe: &str) -> String {
    let probe = match view.key().how.matcher {
        Matcher::Int => Probe::Int(probe.parse().unwrap()),
        Matcher::Ip => Probe::Ip(probe.parse().unwrap()),
        _ => Probe::Text(probe.as_bytes()),
    };
    let found = view.find(probe);
    assert_eq!(view.has(probe), found.is_some());
    found.map_or("-".to_owned(), |found| found.value(show))
}

#[track_caller]
fn check(text: &str, matcher: Matcher, probe: &str, want: &str) {
    assert_eq!(find(&load(text, matcher), probe), want, "{probe:?}");
}

fn dump(list: &List, version: Option<u32>) -> String {
    list.entries(version)
        .map(|(_, key, value)| format!("{}={}", show(&key), show(&value)))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn each_way_to_match() {
    let text = "/a 1\n/a/b 2\n/a 3\n.png 4\nb 5";
    check(text, Matcher::Str, "/a", "1");
    check(text, Matcher::Str, "/A", "-");
    check(text, Matcher::Beg, "/a/b/c", "2");
    check(text, Matcher::Beg, "/a/c", "1");
    check(text, Matcher::Beg, "/", "-");
    check(text, Matcher::End, "x.png", "4");
    check(text, Matcher::End, "/a/b", "2");
    check(text, Matcher::Sub, "x/ab", "1");
    check(text, Matcher::Dir, "/x/b/y", "5");
    check("a.b 1\nb 2\n. 3", Matcher::Dom, "x.a.b:80", "1");
    check("a.b 1\nb 2\n. 3", Matcher::Dom, "x..y", "-");
    check("^/(a|b)$ 1\n. 2", Matcher::Reg, "/b", "1");
    check("4142 1", Matcher::Bin, "AB", "1");
    check("1:5 a\n3 b", Matcher::Int, "3", "a");
    check("1:5 a\n3 b", Matcher::Int, "6", "-");
    check("10.0.0.0/8 a\n10.1.0.0/16 b\n0.0.0.0/0 c", Matcher::Ip, "10.1.2.3", "b");
    check("10.0.0.0/8 a\n10.1.0.0/16 b\n0.0.0.0/0 c", Matcher::Ip, "10.2.2.3", "a");
    check("10.0.0.0/8 a\n10.1.0.0/16 b\n0.0.0.0/0 c", Matcher::Ip, "255.255.255.255", "c");
    check("2001:db8::/32 a\n::/0 b", Matcher::Ip, "2001:db8::1", "a");
    check("2001:db8::/32 a\n::/0 b", Matcher::Ip, "::1", "b");
    check("255.255.255.255 a\n0.0.0.0/0 b", Matcher::Ip, "255.255.255.254", "b");
}

#[test]
fn names_and_sharing() {
    let mut world = One(b"10.0.0.0/8 a\nx b".to_vec(), Lists::default());
    let mut load = |name: &str, matcher| View::load(name, Kind::Map, key(matcher), &mut world);
    let e = load("there", Matcher::Ip).unwrap_err();
    assert_eq!(e, "'x' is not a valid IPv4 or IPv6 address at line 2 of file 'there'");
    assert!(load("missing", Matcher::Str).is_err());
    assert!(load("opt@missing", Matcher::Str).unwrap().list().is_empty());
    let (a, b) = (load("there", Matcher::Str).unwrap(), load("file@there", Matcher::Beg).unwrap());
    assert!(Arc::ptr_eq(a.list(), b.list()) && a != b);
    let (virt, again) = (load("virt@x", Matcher::Str).unwrap(), load("virt@x", Matcher::Str).unwrap());
    virt.list().add(None, b"k", b"v").unwrap();
    assert_eq!((find(&again, "k").as_str(), virt.list().name()), ("v", "virt@x"));
    // A change is kept as long as the file says the same.
    a.list().add(None, b"k", b"v").unwrap();
    assert_eq!(find(&load("opt@there", Matcher::Str).unwrap(), "k"), "v");
    world.0 = b"other c".to_vec();
    let fresh = View::load("there", Kind::Map, key(Matcher::Str), &mut world).unwrap();
    assert_eq!((find(&fresh, "k").as_str(), find(&fresh, "other").as_str(), find(&a, "k").as_str()), ("-", "c", "v"));
}

#[test]
fn host_names_are_looked_up_while_loading_only() {
    let mut world = One(b"h.example\n10.0.0.0/8\n".to_vec(), Lists::default());
    let resolving = ViewKey { no_resolve: false, values: Values::Any, ..key(Matcher::Ip) };
    let view = View::load("there", Kind::Patterns, resolving, &mut world).unwrap();
    let has = |ip: &str| view.has(Probe::Ip(ip.parse().unwrap()));
    assert!(has("9.9.9.9") && has("10.1.1.1") && !has("9.9.9.8"));
    let refused = Change::Bad("'other.example' is not a valid IPv4 or IPv6 address.".into());
    assert_eq!(view.list().add(None, b"other.example", b""), Err(refused));
    view.list().add(None, b"9.9.9.8", b"").unwrap();
    view.list().merge().unwrap();
    assert!(has("9.9.9.9") && has("9.9.9.8"));
}

#[test]
fn single_changes() {
    let view = load("a 1\nb 2\nb 3", Matcher::Str);
    let list = view.list();
    list.set(Entry::Key(b"b"), b"22").unwrap();
    assert_eq!(dump(list, None), "a=1 b=22 b=22");
    let second = list.entries(None).nth(1).unwrap().0;
    list.del(Entry::Ref(second)).unwrap();
    list.set(Entry::Ref(second + 1), b"x").unwrap();
    assert_eq!((dump(list, None).as_str(), find(&view, "b").as_str()), ("a=1 b=x", "x"));
    for missing in [Entry::Key(b"c"), Entry::Ref(second), Entry::Ref(0), Entry::Ref(u64::MAX)] {
        assert_eq!((list.set(missing, b"y"), list.del(missing)), (Err(Change::NotFound), Err(Change::NotFound)));
    }
    list.put(b"c", b"new").unwrap();
    list.put(b"c", b"newer").unwrap();
    list.add_once(b"c").unwrap();
    assert_eq!(dump(list, None), "a=1 b=x c=newer");
    list.clear(None);
    assert!(list.is_empty() && find(&view, "a") == "-");
}

#[test]
fn values_and_keys_are_checked() {
    let bad = |matcher, values, key: &str, value: &str| {
        let view = ViewKey { values, ..self::key(matcher) };
        let view = View::load("there", Kind::Map, view, &mut One(Vec::new(), Lists::default())).unwrap();
        match view.list().add(None, key.as_bytes(), value.as_bytes()) {
            Err(Change::Bad(why)) => why,
            other => format!("{other:?}"),
        }
    };
    assert_eq!(bad(Matcher::Ip, Values::Text, "notip", "x"), "'notip' is not a valid IPv4 or IPv6 address.");
    assert_eq!(bad(Matcher::Str, Values::Int, "k", "notint"), "unable to parse 'notint'.");
    assert_eq!(bad(Matcher::Int, Values::Text, "5:1", "x"), "'5:1' is not a valid number range.");
    let why = "regex '(' is invalid (error=missing closing parenthesis, erroffset=1).";
    assert_eq!(bad(Matcher::Reg, Values::Text, "(", "x"), why);
    let wrong = View::load(
        "there",
        Kind::Map,
        ViewKey { values: Values::Int, ..key(Matcher::Str) },
        &mut One(b"a 1\nb x\n".to_vec(), Lists::default()),
    );
    assert_eq!(wrong.unwrap_err(), "unable to parse 'x' at line 2 of file 'there'");
}

#[test]
fn versions_replace_all_at_once() {
    let view = load("a 1", Matcher::Str);
    let list = view.list();
    assert_eq!(list.versions(), (0, 0, 1));
    let (one, two) = (list.prepare(), list.prepare());
    list.add(Some(one), b"x", b"1").unwrap();
    list.add(Some(two), b"y", b"2").unwrap();
    list.add(Some(9), b"lost", b"").unwrap();
    assert_eq!(
        (find(&view, "x").as_str(), dump(list, Some(one)).as_str(), dump(list, Some(9)).as_str()),
        ("-", "x=1", "")
    );
    assert_eq!(list.versions(), (0, 2, 3));
    assert_eq!((list.commit(0), list.commit(3)), (Ok(false), Ok(false)));
    assert_eq!(list.commit(two), Ok(true));
    assert_eq!((find(&view, "a").as_str(), find(&view, "y").as_str(), list.versions()), ("-", "2", (2, 2, 1)));
    assert_eq!(list.commit(one), Ok(false));
    let three = list.prepare();
    list.add(Some(three), b"z", b"").unwrap();
    list.clear(Some(three));
    assert_eq!(list.commit(three), Ok(true));
    assert!(list.is_empty());
}

#[test]
fn what_is_shown_of_a_look_up() {
    let view = load("10.0.0.0/8 net\n10.1.0.0/16 fine", Matcher::Ip);
    let shown = view.list().look_up(b"10.1.2.3");
    assert_eq!(shown[0].found, Some((b"10.1.0.0/16".to_vec(), b"fine".to_vec())));
    assert_eq!((shown[0].matcher(), shown[0].is_tree(), shown[0].type_name()), ("ip", true, Some("str")));
    assert_eq!(view.list().look_up(b"nonsense")[0].found, None);
}

#[test]
fn a_file_of_another_content_is_noticed() {
    let mut world = Noting(One(b"a 1\n".to_vec(), Lists::default()));
    let lists = world.lists();
    let read = |world: &mut Noting| {
        lists.begin();
        let kept = crate::Expr::compile(b"path,map(there)", world).unwrap();
        (lists.has_changed(), kept)
    };
    assert!(!read(&mut world).0);
    let _first = read(&mut world);
    lists.take_up();
    assert!(!read(&mut world).0);
    world.0.0 = b"a 2\n".to_vec();
    let (changed, _second) = read(&mut world);
    assert!(changed);
    lists.take_up();
    lists.take_up();
    assert!(!read(&mut world).0 && lists.find("file@there").is_some());
    let text = "pattern loaded from file 'there' used by map at file 'x.cfg' line 7.";
    let listing = lists.listing();
    let row = &listing.rows[0];
    assert_eq!((row.id, &*row.text, row.as_map, row.as_acl), (0, text, true, false));
}

struct Noting(One);

impl Outside for Noting {
    fn read(&mut self, path: &str) -> Result<Vec<u8>, String> {
        self.0.read(path)
    }

    fn resolve4(&mut self, host: &str) -> Option<Vec<core::net::Ipv4Addr>> {
        self.0.resolve4(host)
    }

    fn find(&mut self, kind: NameKind, name: &[u8]) -> Lookup {
        self.0.find(kind, name)
    }

    fn lists(&self) -> Lists {
        self.0.lists()
    }

    fn source(&self) -> Source {
        Source { file: "x.cfg".into(), line: 7 }
    }
}

/// What a list does, done one by one.
#[derive(Default)]
struct Model(Vec<(String, String)>);

impl Model {
    fn find(&self, matcher: Matcher, text: &str) -> String {
        let parts = |key: &str| {
            let key = key.trim_matches('/');
            !key.is_empty() && (format!("/{text}/")).contains(&format!("/{key}/"))
        };
        let is = |(key, _): &&(String, String)| match matcher {
            Matcher::Str => key == text,
            Matcher::Beg => text.starts_with(&**key),
            Matcher::End => text.ends_with(&**key),
            Matcher::Sub => text.contains(&**key),
            _ => parts(key),
        };
        let mut all = self.0.iter().filter(is);
        let found = if matcher == Matcher::Beg { all.rev().max_by_key(|(key, _)| key.len()) } else { all.next() };
        found.map_or("-".to_owned(), |(_, value)| value.clone())
    }
}

fn text() -> impl Strategy<Value = String> {
    "[ab/]{1,4}"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    // Any changes in any order, over lists long enough for runs to be merged.
    #[test]
    fn as_one_by_one(
        file in prop::collection::vec(text(), 0..40),
        changes in prop::collection::vec((0..10u8, text()), 0..300),
        probes in prop::collection::vec("[ab/]{0,6}", 8),
    ) {
        let content: String = file.iter().enumerate().map(|(i, key)| format!("{key} f{i}\n")).collect();
        let mut model = Model(file.iter().enumerate().map(|(i, key)| (key.clone(), format!("f{i}"))).collect());
        let mut world = One(content.into(), Lists::default());
        let ways = [Matcher::Str, Matcher::Beg, Matcher::End, Matcher::Sub, Matcher::Dir];
        let views = ways.map(|way| View::load("there", Kind::Map, key(way), &mut world).unwrap());
        let list = views[0].list();
        for (i, (what, key)) in changes.iter().enumerate() {
            let value = format!("c{i}");
            match what {
                0 => {
                    prop_assert_eq!(list.set(Entry::Key(key.as_bytes()), value.as_bytes()).is_ok(), model.0.iter().any(|e| e.0 == *key));
                    model.0.iter_mut().filter(|e| e.0 == *key).for_each(|e| e.1 = value.clone());
                }
                1 => {
                    let _ = list.del(Entry::Key(key.as_bytes()));
                    model.0.retain(|e| e.0 != *key);
                }
                2 => list.merge().unwrap(),
                _ => {
                    list.add(None, key.as_bytes(), value.as_bytes()).unwrap();
                    model.0.push((key.clone(), value));
                }
            }
        }
        for (way, view) in ways.into_iter().zip(&views) {
            for probe in &probes {
                prop_assert_eq!(find(view, probe), model.find(way, probe), "{:?} {}", way, probe);
            }
        }
        let all: Vec<String> = model.0.iter().map(|(key, value)| format!("{key}={value}")).collect();
        prop_assert_eq!(dump(list, None), all.join(" "));
    }

    #[test]
    fn finest_network(nets in prop::collection::vec((any::<u8>(), 0u32..=32), 0..20), dead in prop::collection::vec(any::<prop::sample::Index>(), 0..4), last: u8) {
        let (base, ip) = (u32::MAX << 8, u32::MAX << 8 | u32::from(last));
        let mask = |bits: u32| u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        let addr = |n: u8| core::net::Ipv4Addr::from(base | u32::from(n));
        let file: String = nets.iter().enumerate().map(|(i, (n, bits))| format!("{}/{bits} {i}\n", addr(*n))).collect();
        let view = load(&file, Matcher::Ip);
        let dead: Vec<usize> = dead.iter().filter(|_| !nets.is_empty()).map(|at| at.index(nets.len())).collect();
        let refs: Vec<u64> = view.list().entries(None).map(|(entry, _, _)| entry).collect();
        dead.iter().for_each(|i| drop(view.list().del(Entry::Ref(refs[*i]))));
        let holds = |(i, (n, bits)): &(usize, &(u8, u32))| (base | u32::from(*n)) & mask(*bits) == ip & mask(*bits) && !dead.contains(i);
        let want = nets.iter().enumerate().filter(holds).max_by_key(|(i, (_, bits))| (*bits, usize::MAX - i));
        prop_assert_eq!(find(&view, &addr(last).to_string()), want.map_or("-".to_owned(), |(i, _)| i.to_string()));
    }

    #[test]
    fn first_range(ranges in prop::collection::vec((-20i64..20, 0i64..12), 0..20), dead: prop::sample::Index, n in -25i64..40) {
        let file: String = ranges.iter().enumerate().map(|(i, (from, len))| format!("{from}:{} {i}\n", from + len)).collect();
        let view = load(&file, Matcher::Int);
        let want = |dead: usize| {
            let found = ranges.iter().enumerate().position(|(i, (from, len))| i != dead && (*from..=from + len).contains(&n));
            found.map_or("-".to_owned(), |i| i.to_string())
        };
        prop_assert_eq!(find(&view, &n.to_string()), want(usize::MAX));
        if !ranges.is_empty() {
            let dead = dead.index(ranges.len());
            let entry = view.list().entries(None).nth(dead).unwrap().0;
            view.list().del(Entry::Ref(entry)).unwrap();
            prop_assert_eq!(find(&view, &n.to_string()), want(dead));
        }
    }
}

// A merge works on what was there when it began; what happens meanwhile isn't lost.
#[test]
fn changes_during_a_merge() {
    let file: String = (0..20_000).map(|i| format!("k{i} v{i}\n")).collect();
    let view = load(&file, Matcher::Str);
    let list = view.list().clone();
    std::thread::scope(|scope| {
        let merging = scope.spawn(|| (0..20).for_each(|_| list.merge().unwrap()));
        for i in 0..2000 {
            list.set(Entry::Key(format!("k{i}").as_bytes()), b"set").unwrap();
            list.del(Entry::Key(format!("k{}", 5000 + i).as_bytes())).unwrap();
            list.add(None, format!("n{i}").as_bytes(), b"new").unwrap();
        }
        merging.join().unwrap();
    });
    list.merge().unwrap();
    let count = |value: &str| list.entries(None).filter(|(_, _, v)| v == value.as_bytes()).count();
    assert_eq!((list.len(), count("set"), count("new")), (20_000, 2000, 2000));
    for i in 0..2000 {
        assert_eq!(find(&view, &format!("k{i}")), "set");
        assert_eq!(find(&view, &format!("k{}", 5000 + i)), "-");
        assert_eq!(find(&view, &format!("n{i}")), "new");
    }
}
