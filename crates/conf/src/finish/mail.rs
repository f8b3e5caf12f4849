//! `email-alert` lines: all that is needed must be there.

use super::{End, called};
use crate::build::ProxyB;
use crate::compile::Run;
use crate::parts::Reference;
use crate::spec::EmailAlert;
use diag::{Diagnostic, Frame};

/// What the lines of a proxy say together; nothing if they don't suffice.
pub fn finish(run: &mut Run<'_>, end: &mut End, proxy: &ProxyB) -> Option<EmailAlert> {
    let read = proxy.email.as_ref()?;
    let (Some(from), Some(to), Some((mailers, span))) = (&read.from, &read.to, &read.mailers) else {
        let text = format!(
            "'email-alert' ignored for {}: 'email-alert from', 'email-alert to' and 'email-alert mailers' must be there.",
            called(proxy)
        );
        run.diags.push(Diagnostic::warning(read.span, text).framed(Frame::Config).manual("4.2"));
        return None;
    };
    if run.parts.names.refer("mailers", mailers.as_bytes()).is_none() && end.told.insert((*span, false)) {
        let name = mailers.as_bytes().into();
        let by = "'email-alert mailers'".into();
        let reference = Reference { kind: "mailers", name, span: *span, by, manual: "4.2" };
        let missing = run.parts.missing(&reference);
        run.diags.push(missing);
    }
    Some(EmailAlert {
        from: from.clone(),
        to: to.clone(),
        mailers: mailers.clone(),
        max_level: read.max_level.unwrap_or(ALERT),
        my_hostname: read.my_hostname.clone(),
    })
}

/// The level that is mailed when nothing else is said.
const ALERT: u8 = 1;
