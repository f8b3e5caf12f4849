//! An `http-errors` section being read.

use super::ErrorFile;
use crate::spec::At;
use std::collections::BTreeMap;

/// One section.
#[derive(Clone, Debug)]
pub struct HttpErrorsB {
    pub name: Box<[u8]>,
    pub at: At,
    pub files: BTreeMap<u16, ErrorFile>,
}
