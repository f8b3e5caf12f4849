//! Rules, once all ACLs are known.

use crate::spec::RuleLang;
use expr::acl::Acls;
use std::sync::Arc;

/// Makes rules final: what a condition names has all its tests now.
pub fn finish(mut lang: RuleLang, acls: &Acls) -> RuleLang {
    for rule in lang.sets.iter_mut().flatten() {
        if rule.cond.is_some() {
            let rule = Arc::make_mut(rule);
            rule.cond = rule.cond.take().map(|cond| cond.rebound(acls));
        }
    }
    lang
}
