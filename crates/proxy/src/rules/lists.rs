//! Changing lists of patterns (manual 4.4, `add-acl`, `del-acl`, `set-map`, `del-map`).

use super::doing::{Doing, Verdict};
use expr::list::{Entry, List};
use expr::logfmt::LogFormat;
use rules::Step;
use rules::action::Change;
use std::sync::Arc;

/// Changes the list of this name. What doesn't fit, such as a network that is none, changes nothing; nor does a list that no
/// line of the configuration searches.
pub fn change(doing: &mut Doing<'_>, file: &str, change: &Change, key: &LogFormat) -> Step<Verdict> {
    // By name, each time: a reload may put another list in the place of this one while the rules stay.
    let Some(list) = doing.client.worker.shared.lists.find(file) else { return Step::Next };
    let key = doing.text(key);
    // A key that doesn't fit is as good as none.
    let _ = match change {
        Change::AddAcl => list.add_once(&key),
        Change::DelAcl | Change::DelMap => list.del(Entry::Key(&key)),
        Change::SetMap(value) => {
            let value = doing.text(value);
            list.put(&key, &value)
        }
    };
    doing.put_back(key);
    tidy_up(list);
    Step::Next
}

/// Now and then the runs of a list have to be merged, which takes a while with many entries.
fn tidy_up(list: Arc<List>) {
    if list.merge_due() {
        // A merge that fails leaves the list as it was, only slower.
        rt::spawn(async move { drop(rt::offload(move || list.merge()).await) });
    }
}
