//! A `userlist` section being read: users and groups may name each other before they appear.

use crate::spec::{At, Password};
use diag::Span;
use std::collections::HashMap;

/// One section, or several of the same name.
#[derive(Clone, Debug, Default)]
pub struct UserlistB {
    pub name: Box<[u8]>,
    pub at: At,
    /// Its place among the userlists.
    pub order: usize,
    pub groups: Vec<GroupB>,
    pub group_names: HashMap<Box<[u8]>, usize>,
    pub users: Vec<UserB>,
    pub user_names: HashMap<Box<[u8]>, usize>,
}

/// A `group` line.
#[derive(Clone, Debug)]
pub struct GroupB {
    pub name: Box<[u8]>,
    pub users: Members,
}

/// A `user` line.
#[derive(Clone, Debug)]
pub struct UserB {
    pub name: Box<[u8]>,
    pub password: Option<Password>,
    pub groups: Members,
}

/// The names after `users` or `groups`, and where they stand.
pub type Members = Vec<(Box<[u8]>, Span)>;
