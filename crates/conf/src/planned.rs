//! Keywords that the language has and this program hasn't yet. A line that uses one is refused by name, so that
//! nobody believes it to be in force.

/// Names of one kind of place.
pub struct Planned {
    pub place: Where,
    pub names: &'static [&'static str],
}

/// Where the names stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Where {
    Proxy,
}

/// Everything of the catalogue that no keyword file has yet, and what only the manual names.
pub static PLANNED: &[Planned] = &[Planned { place: Where::Proxy, names: &[] }];
