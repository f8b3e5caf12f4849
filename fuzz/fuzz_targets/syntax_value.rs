//! Any bytes as a value: no panic, results within their ranges, and errors that point into the word.

#![no_main]

use libfuzzer_sys::fuzz_target;
use syntax::value::{self, TimeUnit, ValueError};
use syntax::{Version, args, name};

fuzz_target!(|data: &[u8]| {
    let units = [TimeUnit::Us, TimeUnit::Ms, TimeUnit::S, TimeUnit::M, TimeUnit::H, TimeUnit::D];
    for default in units {
        for counted in units {
            check(data, value::time(data, default, counted), 0..=i32::MAX as u64);
        }
    }
    check(data, value::time_ms(data), base::Ms(0)..=base::Ms(i32::MAX as u32));
    check(data, value::size(data), 0..=i64::MAX as u64);
    check(data, value::size_in(data, 10, 1 << 20), 10..=1 << 20);
    check(data, value::integer(data, -100, 100), -100..=100);
    check(data, value::number(data, 1, 65535), 1..=65535);
    check(data, value::percent(data), 0..=100);
    check(data, value::on_off(data), false..=true);
    let _ = Version::parse(data);
    if let Some((at, byte)) = name::bad_byte(data) {
        assert_eq!(data[at], byte);
        assert!(!name::message(data, byte, "server name").is_empty());
    }
    match args::list(data, 0, 8) {
        Ok((list, end)) => assert!(list.len() <= 8 && end <= data.len() && data[end - 1] == b')'),
        Err(error) => assert!(error.at() <= data.len()),
    }
});

fn check<T: PartialOrd>(text: &[u8], got: Result<T, ValueError>, range: core::ops::RangeInclusive<T>) {
    match got {
        Ok(value) => assert!(range.contains(&value)),
        Err(error) => {
            let (from, to) = error.range(text);
            assert!(from <= to && to <= text.len());
            assert!(!error.message(text, "timeout client").is_empty());
        }
    }
}
