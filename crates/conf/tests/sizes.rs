//! What a configuration of ten thousand backends is made of stays small: rare settings belong in boxes.

use conf::spec::{Back, Front, Proxy, Server};

#[test]
fn the_spec_is_small() {
    for (what, size, limit) in [
        ("Server", size_of::<Server>(), 768),
        ("Proxy", size_of::<Proxy>(), 2624),
        ("Front", size_of::<Front>(), 320),
        ("Back", size_of::<Back>(), 896),
    ] {
        assert!(size <= limit, "{what} takes {size} bytes");
    }
}
