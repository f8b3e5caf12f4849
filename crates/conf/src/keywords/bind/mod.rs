use crate::build::BindB;
use crate::keyword::Keyword;
pub static ITEMS: &[&Keyword<BindB>] = &[];
