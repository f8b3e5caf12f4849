//! Lists of patterns: a file, then changes and look-ups, must neither panic nor let two ways of asking differ. The first
//! line names the way to match and how many lines the file has; each line behind the file is a change or a look-up.
#![no_main]

use expr::acl::Matcher;
use expr::list::{Entry, How, Kind, Lists, Probe, Values, View, ViewKey};
use expr::{Lookup, NameKind, Outside};
use libfuzzer_sys::fuzz_target;

struct World(Vec<u8>, Lists);

impl Outside for World {
    fn read(&mut self, _: &str) -> Result<Vec<u8>, String> {
        Ok(self.0.clone())
    }

    fn resolve4(&mut self, _: &str) -> Option<Vec<core::net::Ipv4Addr>> {
        None
    }

    fn find(&mut self, _: NameKind, _: &[u8]) -> Lookup {
        Lookup::Later
    }

    fn lists(&self) -> Lists {
        self.1.clone()
    }
}

fuzz_target!(|data: &[u8]| {
    let [matcher, flags, lines, rest @ ..] = data else { return };
    let matcher = Matcher::NAMED[usize::from(*matcher) % Matcher::NAMED.len()];
    let kind = if flags & 1 == 0 { Kind::Map } else { Kind::Patterns };
    let values = if flags & 2 == 0 { Values::Text } else { Values::Int };
    let key = ViewKey { how: How { matcher, ignore_case: flags & 4 != 0 }, values, no_resolve: true };
    let all: Vec<&[u8]> = rest.split(|b| *b == b'\n').collect();
    let (file, steps) = all.split_at(usize::from(*lines).min(all.len()));
    let mut world = World(file.join(&b'\n'), Lists::default());
    let Ok(view) = View::load("f", kind, key, &mut world) else { return };
    let list = view.list();
    for step in steps {
        let Some((what, text)) = step.split_first() else { continue };
        let (key, value) = expr::list::pair(text).unwrap_or((text, b""));
        match what {
            b'+' => drop(list.add(None, key, value)),
            b'-' => drop(list.del(Entry::Key(key))),
            b'=' => drop(list.set(Entry::Key(key), value)),
            b'!' => drop(list.put(key, value)),
            b'1' => drop(list.add_once(key)),
            b'm' => drop(list.merge()),
            b'c' => list.clear(None),
            b'p' => {
                let version = list.prepare();
                let _ = list.add(Some(version), key, value);
                assert_eq!(list.commit(version), Ok(true));
            }
            _ => drop(list.look_up(text)),
        }
        let probes = [Probe::Text(text), Probe::Int(text.len() as i64)];
        for probe in probes {
            let found = view.find(probe);
            assert_eq!(view.has(probe), found.is_some());
        }
        assert_eq!(list.entries(None).count(), list.len());
    }
});
