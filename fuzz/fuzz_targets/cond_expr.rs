//! Any bytes as the condition of `-cc`: no panic, no endless recursion, and negation turns the answer round.

#![no_main]

use libfuzzer_sys::fuzz_target;
use syntax::{Env, Facts};

fuzz_target!(|data: &[u8]| {
    let env: Env = [("A", "AA"), ("EMPTY", "")].into_iter().collect();
    let facts = Facts { version: "3.5-x".into(), features: vec![("EPOLL", true)], ..Facts::default() };
    let _ = syntax::cond::eval_argument(data, &env, &facts);
    if let Ok(answer) = syntax::cond::eval(data, &env, &facts)
        && !data.is_empty()
    {
        let negated = [b"!(", data, b")"].concat();
        if let Ok(other) = syntax::cond::eval(&negated, &env, &facts) {
            assert_eq!(answer, !other);
        }
    }
});
