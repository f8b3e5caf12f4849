//! Load balancing: one algorithm a file, behind one [`State`] for a backend.
//!
//! Who may be picked (manual 4.2 `balance`, `option allbackups`): usable servers that aren't backups and
//! weigh more than nothing; if there are none, the first usable backup, or all of them with `allbackups`.
//! Only when this set changes is anything recomputed as a whole; a pick costs at most O(log n), except
//! that full servers are stepped over one by one.

mod first;
mod leastconn;
mod load;
mod map;
mod order;
mod random;
mod roundrobin;
mod state;

pub use load::Load;
pub use state::{Algo, FULL_SPEED, Pick, PickCtx, ServerParams, State, WEIGHT_MAX};
