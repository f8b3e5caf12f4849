//! Lists of a million entries: what loading, searching and changing them costs. Run in release mode, in a quiet moment:
//! `cargo test --profile quick -p expr --test scale -- --ignored --nocapture`.

use expr::acl::Matcher;
use expr::list::{Entry, How, Kind, Lists, Probe, Values, View, ViewKey};
use expr::{Lookup, NameKind, Outside};
use std::hint::black_box;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::{Duration, Instant};

const MANY: usize = 1_000_000;

struct World(Vec<u8>, Lists);

impl Outside for World {
    fn read(&mut self, _: &str) -> Result<Vec<u8>, String> {
        Ok(std::mem::take(&mut self.0))
    }

    fn resolve4(&mut self, _: &str) -> Option<Vec<Ipv4Addr>> {
        None
    }

    fn find(&mut self, _: NameKind, _: &[u8]) -> Lookup {
        Lookup::Later
    }

    fn lists(&self) -> Lists {
        self.1.clone()
    }
}

/// The same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 8
    }
}

fn load(name: &str, file: String, matcher: Matcher) -> View {
    let key = ViewKey { how: How { matcher, ignore_case: false }, values: Values::Text, no_resolve: true };
    let (mut world, text) = (World(Vec::new(), Lists::default()), file.len());
    world.0 = file.into_bytes();
    let from = Instant::now();
    let view = View::load("million", Kind::Map, key, &mut world).unwrap();
    let took = from.elapsed();
    let bytes = view.list().bytes() / view.list().len();
    println!(
        "{name}: {} entries in {took:?}, {bytes} bytes each ({} of text)",
        view.list().len(),
        text / view.list().len()
    );
    assert!(took <= Duration::from_secs(2), "{name}: loading takes too long");
    assert!(bytes <= 120, "{name}: {bytes} bytes an entry");
    view
}

/// How long this thread has run, not counting when others did.
fn on_cpu() -> Duration {
    let all = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(all.split(' ').next().unwrap().parse().unwrap())
}

/// The mean of as many searches as there are entries, in another order than theirs.
fn search<T>(name: &str, what: Vec<T>, mut find: impl FnMut(&T) -> bool) {
    let from = on_cpu();
    let found = what.iter().filter(|one| black_box(find(one))).count();
    let each = (on_cpu() - from) / what.len() as u32;
    println!("{name}: {each:?} a search, {found} found");
    assert!(each <= Duration::from_nanos(250), "{name}: {each:?} a search");
}

fn host(n: u64) -> String {
    format!("host-{n}.example.com")
}

#[test]
#[ignore = "measures; see the top"]
fn strings() {
    let file: String = (0..MANY as u64).map(|n| format!("{} be_{}\n", host(n), n % 100)).collect();
    let view = load("strings", file, Matcher::Str);
    let mut r = Random(7);
    let probes: Vec<String> = (0..MANY).map(|_| host(r.next() % (MANY as u64 * 2))).collect();
    search("strings", probes, |host| view.find(Probe::Text(host.as_bytes())).is_some());
    change(&view, "strings", |n| (format!("new-{n}.example.com"), host(n)));
}

#[test]
#[ignore = "measures; see the top"]
fn networks() {
    let mut r = Random(9);
    let file: String = (0..MANY)
        .map(|n| format!("{}/{} net_{}\n", Ipv4Addr::from(r.next() as u32), 16 + r.next() % 17, n % 100))
        .collect();
    let view = load("IPv4 networks", file, Matcher::Ip);
    let probes: Vec<Ipv4Addr> = (0..MANY).map(|_| Ipv4Addr::from(r.next() as u32)).collect();
    search("IPv4 networks", probes, |ip| view.find(Probe::Ip((*ip).into())).is_some());
    change(&view, "IPv4 networks", |n| (Ipv4Addr::from(n as u32 * 977).to_string(), "none".to_owned()));
}

#[test]
#[ignore = "measures; see the top"]
fn networks_of_ipv6() {
    let mut r = Random(11);
    let mut ip = || Ipv6Addr::from(0x2001_0db8_u128 << 96 | u128::from(r.next()) << 56 | u128::from(r.next()));
    let file: String = (0..MANY).map(|n| format!("{}/{} n{}\n", ip(), 40 + n % 40, n % 100)).collect();
    let view = load("IPv6 networks", file, Matcher::Ip);
    let probes: Vec<Ipv6Addr> = (0..MANY).map(|_| ip()).collect();
    search("IPv6 networks", probes, |ip| view.find(Probe::Ip((*ip).into())).is_some());
}

/// What single changes of a large list cost, in the mean.
fn change(view: &View, name: &str, entry: impl Fn(u64) -> (String, String)) {
    const CHANGES: u64 = 20_000;
    let list = view.list();
    let timed = |what: &str, act: &mut dyn FnMut(u64)| {
        let (from, mut worst) = (Instant::now(), Duration::ZERO);
        for n in 0..CHANGES {
            let one = Instant::now();
            act(n);
            worst = worst.max(one.elapsed());
        }
        println!("{name}: {what} takes {:?} in the mean, {worst:?} at worst", from.elapsed() / CHANGES as u32);
    };
    timed("adding", &mut |n| list.add(None, entry(n).0.as_bytes(), b"value").unwrap());
    timed("setting", &mut |n| drop(list.set(Entry::Key(entry(n).0.as_bytes()), b"other")));
    timed("deleting", &mut |n| drop(list.del(Entry::Key(entry(n).1.as_bytes()))));
    let from = Instant::now();
    list.merge().unwrap();
    println!("{name}: merging everything takes {:?}", from.elapsed());
}
