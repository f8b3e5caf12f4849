//! The field `forwarded` (manual 4.2, `option forwarded`; RFC 7239).

use super::Sourced;

/// What the field says.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Forwarded {
    pub proto: bool,
    pub host: Option<ForwardedPart>,
    pub by: Option<ForwardedPart>,
    pub by_port: Option<ForwardedPart>,
    pub for_client: Option<ForwardedPart>,
    pub for_port: Option<ForwardedPart>,
}

/// Where a parameter's value comes from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ForwardedPart {
    /// The connection or the request.
    Known,
    /// A sample expression.
    Expr(Sourced),
}
