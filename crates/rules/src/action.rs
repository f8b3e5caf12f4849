//! Actions and verdicts as typed data.

use base::ix::PxIx;

/// What a rule can do. The doer is one exhaustive match in `proxy`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// `use_backend NAME`: the stream goes to this backend.
    UseBackend(PxIx),
}

/// How a run can end.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Verdict {
    /// The stream goes to this backend.
    Backend(PxIx),
}
