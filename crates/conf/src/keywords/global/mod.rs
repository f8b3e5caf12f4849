//! Keywords of section `global` (manual 3).

use crate::build::GlobalB;
use crate::keyword::Keyword;

mod nbthread;

pub static ITEMS: &[&Keyword<GlobalB>] = &[&nbthread::NBTHREAD];
