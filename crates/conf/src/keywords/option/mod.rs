use crate::build::ProxyB;
use crate::keyword::Keyword;
pub static ITEMS: &[&Keyword<ProxyB>] = &[];
