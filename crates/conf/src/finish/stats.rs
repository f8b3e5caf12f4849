//! The statistics page of a proxy.

use super::{End, called};
use crate::build::ProxyB;
use crate::compile::Run;
use crate::spec::{StatsPage, StatsText};
use diag::{Diagnostic, Frame};

/// The page, unless there is none or it can't be asked for.
pub fn finish(run: &mut Run<'_>, end: &mut End, proxy: &mut ProxyB) -> Option<StatsPage> {
    let page = proxy.stats.page.take()?;
    if !proxy.mode.is_http() {
        let text = format!("'stats' ignored for {} as it requires HTTP mode.", called(proxy));
        run.diags.push(Diagnostic::warning(proxy.stats.span, text).framed(Frame::Config).manual("4.2"));
        return None;
    }
    if !page.rules.is_empty() && (!page.accounts.is_empty() || page.realm.is_some()) {
        let text = format!("'stats auth' and 'stats realm' exclude 'stats http-request' ({}).", called(proxy));
        run.diags.push(Diagnostic::alert(proxy.stats.span, text).manual("4.2"));
    }
    if page.show_desc == Some(StatsText::Global)
        && end.global.description.is_none()
        && end.told.insert((proxy.stats.desc_span, false))
    {
        let text = "'stats show-desc' has no text, and section 'global' no 'description'.";
        run.diags.push(Diagnostic::warning(proxy.stats.desc_span, text).manual("4.2"));
    }
    Some(page)
}
