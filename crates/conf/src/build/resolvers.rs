//! A `resolvers` section being read.

use super::ServerB;
use crate::spec::{At, Resolvers};
use base::Addr;
use diag::Span;
use std::collections::HashMap;

/// One section.
#[derive(Clone, Debug)]
pub struct ResolversB {
    /// All but the name servers.
    pub made: Resolvers,
    pub span: Span,
    pub nameservers: Vec<NameServerB>,
    /// Where each name stands; those of the system's file are their addresses.
    pub names: HashMap<Box<str>, Span>,
}

/// One name server.
#[derive(Clone, Debug)]
pub enum NameServerB {
    Dgram { name: Box<str>, at: At, addr: Addr },
    Stream(Box<ServerB>),
}
