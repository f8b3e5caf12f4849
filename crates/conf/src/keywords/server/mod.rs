use crate::build::ServerB;
use crate::keyword::Keyword;
pub static ITEMS: &[&Keyword<ServerB>] = &[];
