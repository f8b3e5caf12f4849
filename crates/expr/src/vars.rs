//! Variables (manual 2.8): names with a scope, where each scope keeps its own, and the conditions and limits of setting
//! them.

use core::cell::RefCell;
use core::net::{Ipv4Addr, Ipv6Addr};
use core::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};

use crate::env::{Env, Scratch};
use crate::error::show;
use crate::val::Val;

/// How long a variable lives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// As long as the process, and seen by all of it.
    Proc,
    /// As long as the client's connection.
    Sess,
    /// As long as the stream.
    Txn,
    /// While the request is handled.
    Req,
    /// While the response is handled.
    Res,
    /// As long as a health check.
    Check,
    /// `Sess` of the parent stream.
    ParentSess,
    /// `Txn` of the parent stream.
    ParentTxn,
    /// `Req` of the parent stream.
    ParentReq,
    /// `Res` of the parent stream.
    ParentRes,
}

impl Scope {
    /// Each scope with the word before the dot.
    pub const NAMED: [(Scope, &'static str); 10] = [
        (Scope::Proc, "proc"),
        (Scope::Sess, "sess"),
        (Scope::Txn, "txn"),
        (Scope::Req, "req"),
        (Scope::Res, "res"),
        (Scope::Check, "check"),
        (Scope::ParentSess, "psess"),
        (Scope::ParentTxn, "ptxn"),
        (Scope::ParentReq, "preq"),
        (Scope::ParentRes, "pres"),
    ];
}

/// A variable's name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct VarName {
    /// Its scope.
    pub scope: Scope,
    name: Box<[u8]>,
    /// Compared first, so that a look-up hashes nothing and seldom compares a name in vain.
    hash: u64,
}

impl VarName {
    /// Reads `scope.name`; the error is the reason alone.
    pub fn parse(text: &[u8]) -> Result<VarName, String> {
        let shown = show(text);
        let Some(dot) = memchr::memchr(b'.', text) else {
            return Err(format!("invalid variable name '{shown}'. A variable name must start by its scope"));
        };
        let (scope, name) = (&text[..dot], &text[dot + 1..]);
        let Some((scope, _)) = Scope::NAMED.into_iter().find(|(_, word)| word.as_bytes() == scope) else {
            let words: Vec<String> = Scope::NAMED.iter().map(|(_, word)| format!("'{word}'")).collect();
            return Err(format!("invalid variable name '{shown}'. The scope must be one of {}", words.join(", ")));
        };
        if name.is_empty() {
            return Err(format!("invalid variable name '{shown}'. Nothing follows the scope"));
        }
        // Dots are documented for none, and taken by the reference; they are common.
        if let Some(bad) = name.iter().find(|b| !b.is_ascii_alphanumeric() && !matches!(b, b'_' | b'.')) {
            return Err(format!("invalid variable name '{shown}' at char '{}'", show(&[*bad])));
        }
        Ok(VarName { scope, hash: fnv(name), name: name.into() })
    }
}

fn fnv(name: &[u8]) -> u64 {
    name.iter().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

/// A value that outlives the evaluation it came from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Owned {
    /// As [`Val::Bool`].
    Bool(bool),
    /// As [`Val::Int`].
    Int(i64),
    /// As [`Val::Ip4`].
    Ip4(Ipv4Addr),
    /// As [`Val::Ip6`].
    Ip6(Ipv6Addr),
    /// As [`Val::Str`].
    Str(Box<[u8]>),
    /// As [`Val::Bin`].
    Bin(Box<[u8]>),
    /// As [`Val::Meth`].
    Meth(Box<[u8]>),
}

impl Owned {
    /// A copy of `v`.
    pub fn of(v: Val<'_>) -> Owned {
        match v {
            Val::Bool(b) => Owned::Bool(b),
            Val::Int(n) => Owned::Int(n),
            Val::Ip4(ip) => Owned::Ip4(ip),
            Val::Ip6(ip) => Owned::Ip6(ip),
            Val::Str(b) => Owned::Str(b.into()),
            Val::Bin(b) => Owned::Bin(b.into()),
            Val::Meth(b) => Owned::Meth(b.into()),
        }
    }

    /// The value, for as long as this lives.
    pub fn val(&self) -> Val<'_> {
        match self {
            Owned::Bool(b) => Val::Bool(*b),
            Owned::Int(n) => Val::Int(*n),
            Owned::Ip4(ip) => Val::Ip4(*ip),
            Owned::Ip6(ip) => Val::Ip6(*ip),
            Owned::Str(b) => Val::Str(b),
            Owned::Bin(b) => Val::Bin(b),
            Owned::Meth(b) => Val::Meth(b),
        }
    }

    fn len(&self) -> usize {
        self.val().bytes().map_or(0, <[u8]>::len)
    }
}

/// The variables of one scope. The configuration names all of them, so there are few and a list is searched.
#[derive(Debug, Default)]
pub struct Vars {
    slots: Vec<Slot>,
    used: usize,
    budget: Option<Arc<Budget>>,
}

#[derive(Debug)]
struct Slot {
    hash: u64,
    name: Box<[u8]>,
    value: Owned,
}

/// How much memory variables may take, in bytes; 0 is no limit (`tune.vars.*-max-size`). Each limit counts what the
/// scopes below it take too.
#[derive(Debug, Default)]
pub struct Budget {
    /// All scopes of the process.
    pub global: usize,
    /// `proc` and all below it.
    pub proc: usize,
    /// `sess` and all below it.
    pub sess: usize,
    /// `txn` and all below it.
    pub txn: usize,
    /// `req` or `res`.
    pub reqres: usize,
    /// `check`.
    pub check: usize,
    /// What all of them take now.
    pub used: AtomicUsize,
}

impl Vars {
    /// No variable yet; what they take counts for `budget`.
    pub fn within(budget: Arc<Budget>) -> Vars {
        Vars { slots: Vec::new(), used: 0, budget: Some(budget) }
    }

    /// Forgets all variables.
    pub fn clear(&mut self) {
        self.slots.clear();
        self.give_back(self.used);
    }

    /// How many bytes they take.
    pub fn used(&self) -> usize {
        self.used
    }

    /// The variable's value.
    pub fn get(&self, name: &VarName) -> Option<&Owned> {
        self.slots.iter().find(|s| s.is(name)).map(|s| &s.value)
    }

    /// Each name (without its scope) with its value, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &Owned)> {
        self.slots.iter().map(|s| (&*s.name, &s.value))
    }

    /// Sets the variable whatever the limits say.
    pub fn set(&mut self, name: &VarName, value: Owned) {
        match self.slots.iter_mut().find(|s| s.is(name)) {
            Some(slot) => {
                let (before, after) = (slot.value.len(), value.len());
                slot.value = value;
                self.take(after);
                self.give_back(before);
            }
            None => {
                self.take(size_of::<Slot>() + value.len());
                self.slots.push(Slot { hash: name.hash, name: name.name.clone(), value });
            }
        }
    }

    /// Forgets the variable.
    pub fn unset(&mut self, name: &VarName) {
        if let Some(at) = self.slots.iter().position(|s| s.is(name)) {
            let slot = self.slots.remove(at);
            self.give_back(size_of::<Slot>() + slot.value.len());
        }
    }

    /// How many bytes more [`Vars::set`] would take.
    fn more_for(&self, name: &VarName, value: Val<'_>) -> usize {
        let len = value.bytes().map_or(0, <[u8]>::len);
        match self.get(name) {
            Some(before) => len.saturating_sub(before.len()),
            None => size_of::<Slot>() + len,
        }
    }

    fn take(&mut self, bytes: usize) {
        self.used += bytes;
        if let Some(budget) = &self.budget {
            budget.used.fetch_add(bytes, Ordering::Relaxed);
        }
    }

    fn give_back(&mut self, bytes: usize) {
        self.used -= bytes;
        if let Some(budget) = &self.budget {
            budget.used.fetch_sub(bytes, Ordering::Relaxed);
        }
    }
}

impl Drop for Vars {
    fn drop(&mut self) {
        self.give_back(self.used);
    }
}

impl Slot {
    #[inline]
    fn is(&self, name: &VarName) -> bool {
        self.hash == name.hash && *self.name == *name.name
    }
}

/// The scopes that an evaluation can reach; one that isn't there has no variables and takes none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scopes<'a> {
    /// The process' own, shared by all threads.
    pub proc: Option<&'a RwLock<Vars>>,
    /// The connection's.
    pub sess: Option<&'a RefCell<Vars>>,
    /// The stream's.
    pub txn: Option<&'a RefCell<Vars>>,
    /// The request's.
    pub req: Option<&'a RefCell<Vars>>,
    /// The response's.
    pub res: Option<&'a RefCell<Vars>>,
    /// The health check's.
    pub check: Option<&'a RefCell<Vars>>,
    /// The parent stream's scopes.
    pub parent: Option<&'a Scopes<'a>>,
    /// The limits, if there are any.
    pub budget: Option<&'a Arc<Budget>>,
}

impl<'a> Scopes<'a> {
    fn cell(&self, scope: Scope) -> Option<&'a RefCell<Vars>> {
        match scope {
            Scope::Proc => None,
            Scope::Sess => self.sess,
            Scope::Txn => self.txn,
            Scope::Req => self.req,
            Scope::Res => self.res,
            Scope::Check => self.check,
            Scope::ParentSess => self.parent?.sess,
            Scope::ParentTxn => self.parent?.txn,
            Scope::ParentReq => self.parent?.req,
            Scope::ParentRes => self.parent?.res,
        }
    }

    /// What `f` makes of the scope's variables, unless it isn't there.
    pub fn read<R>(&self, scope: Scope, f: impl FnOnce(&Vars) -> R) -> Option<R> {
        if scope == Scope::Proc {
            return self.proc.map(|vars| f(&vars.read().unwrap_or_else(|poisoned| poisoned.into_inner())));
        }
        self.cell(scope).map(|vars| f(&vars.borrow()))
    }

    fn write(&self, scope: Scope, f: impl FnOnce(&mut Vars)) {
        if scope == Scope::Proc {
            if let Some(vars) = self.proc {
                f(&mut vars.write().unwrap_or_else(|poisoned| poisoned.into_inner()));
            }
        } else if let Some(vars) = self.cell(scope) {
            f(&mut vars.borrow_mut());
        }
    }

    /// The variable's value; text is copied to `scratch`, since a later converter may change the variable.
    pub fn get(&self, name: &VarName, scratch: Scratch<'a>) -> Option<Val<'a>> {
        self.read(name.scope, |vars| match vars.get(name)?.val() {
            Val::Str(b) => scratch.copy(b).map(Val::Str),
            Val::Bin(b) => scratch.copy(b).map(Val::Bin),
            Val::Meth(b) => scratch.copy(b).map(Val::Meth),
            Val::Bool(b) => Some(Val::Bool(b)),
            Val::Int(n) => Some(Val::Int(n)),
            Val::Ip4(ip) => Some(Val::Ip4(ip)),
            Val::Ip6(ip) => Some(Val::Ip6(ip)),
        })?
    }

    /// Sets the variable; `false` if its scope isn't there or a limit forbids it.
    pub fn set(&self, name: &VarName, value: Val<'_>) -> bool {
        let Some(more) = self.read(name.scope, |vars| vars.more_for(name, value)) else { return false };
        if !self.has_room(name.scope, more) {
            return false;
        }
        self.write(name.scope, |vars| {
            // Only here, so that streams without variables, and processes without limits, count nothing.
            if vars.budget.is_none() && vars.slots.is_empty() {
                vars.budget = self.budget.cloned();
            }
            vars.set(name, Owned::of(value));
        });
        true
    }

    /// Forgets the variable.
    pub fn unset(&self, name: &VarName) {
        self.write(name.scope, |vars| vars.unset(name));
    }

    fn has_room(&self, scope: Scope, more: usize) -> bool {
        let Some(budget) = self.budget else { return true };
        let used = |scope| self.read(scope, Vars::used).unwrap_or(0);
        let fits = |limit: usize, used: usize| limit == 0 || used.saturating_add(more) <= limit;
        let all = budget.used.load(Ordering::Relaxed);
        if !fits(budget.global, all) || !fits(budget.proc, all) {
            return false;
        }
        let below_txn = used(Scope::Txn) + used(Scope::Req) + used(Scope::Res);
        let below_sess = used(Scope::Sess) + below_txn;
        match scope {
            Scope::Req | Scope::Res => {
                fits(budget.reqres, used(scope)) && fits(budget.txn, below_txn) && fits(budget.sess, below_sess)
            }
            Scope::Txn => fits(budget.txn, below_txn) && fits(budget.sess, below_sess),
            Scope::Sess => fits(budget.sess, below_sess),
            Scope::Check => fits(budget.check, used(scope)),
            _ => true,
        }
    }
}

/// The conditions of setting a variable: all of them must hold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct SetIf {
    /// The variable exists, or doesn't.
    exists: Option<bool>,
    /// The new value is empty, or isn't.
    empty: Option<bool>,
    /// The variable has a value, or hasn't.
    set: Option<bool>,
    /// The old number is greater than the new one.
    greater: bool,
    /// The old number is less than the new one.
    less: bool,
}

impl SetIf {
    /// The conditions' words.
    pub const WORDS: [&'static str; 8] =
        ["ifexists", "ifnotexists", "ifempty", "ifnotempty", "ifset", "ifnotset", "ifgt", "iflt"];

    /// Adds the condition of this name; the error is the reason alone.
    pub fn add(&mut self, word: &[u8]) -> Result<(), String> {
        match word {
            b"ifexists" => self.exists = Some(true),
            b"ifnotexists" => self.exists = Some(false),
            b"ifempty" => self.empty = Some(true),
            b"ifnotempty" => self.empty = Some(false),
            b"ifset" => self.set = Some(true),
            b"ifnotset" => self.set = Some(false),
            b"ifgt" => self.greater = true,
            b"iflt" => self.less = true,
            _ => return Err(format!("unknown condition '{}', expected one of {}", show(word), Self::WORDS.join(", "))),
        }
        Ok(())
    }

    /// Whether `name` may be set to `value` now.
    pub fn holds(&self, scopes: &Scopes<'_>, name: &VarName, value: Val<'_>) -> bool {
        if *self == SetIf::default() {
            return true;
        }
        scopes.read(name.scope, |vars| self.holds_for(vars.get(name), name.scope, value)).unwrap_or(false)
    }

    fn holds_for(&self, before: Option<&Owned>, scope: Scope, value: Val<'_>) -> bool {
        let is = |wanted: Option<bool>, is: bool| wanted.is_none_or(|wanted| wanted == is);
        let (greater, less) = match (before, value) {
            (Some(Owned::Int(before)), Val::Int(n)) => (*before > n, *before < n),
            _ => (true, true),
        };
        // Variables of the process exist from the start, since the configuration names them.
        is(self.exists, scope == Scope::Proc || before.is_some())
            && is(self.empty, value.bytes().is_some_and(<[u8]>::is_empty))
            && is(self.set, before.is_some())
            && (!self.greater || greater)
            && (!self.less || less)
    }
}

impl<'a> Env<'a> {
    /// A variable's value.
    pub fn var(&self, name: &VarName) -> Option<Val<'a>> {
        self.vars.get(name, self.scratch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::Arena;

    fn name(text: &str) -> VarName {
        VarName::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn names() {
        for bad in ["", "x", "foo.x", "txn.", "txn.a-b", "txn.a b", ".x", "TXN.x"] {
            assert!(VarName::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert_eq!(name("psess.a_B9").scope, Scope::ParentSess);
    }

    #[test]
    fn scopes_keep_their_own() {
        let (arena, txn, req) = (Arena::new(), RefCell::default(), RefCell::default());
        let proc = RwLock::default();
        let scopes = Scopes { txn: Some(&txn), req: Some(&req), proc: Some(&proc), ..Scopes::default() };
        let get = |text: &str| scopes.get(&name(text), arena.scratch());
        assert!(scopes.set(&name("txn.a"), Val::Int(1)) && scopes.set(&name("req.a"), Val::Str(b"two")));
        assert!(scopes.set(&name("proc.a"), Val::Bool(true)) && !scopes.set(&name("res.a"), Val::Int(1)));
        assert_eq!((get("txn.a"), get("req.a")), (Some(Val::Int(1)), Some(Val::Str(b"two"))));
        assert_eq!((get("proc.a"), get("res.a"), get("txn.b")), (Some(Val::Bool(true)), None, None));
        scopes.unset(&name("txn.a"));
        scopes.unset(&name("txn.a"));
        assert_eq!((get("txn.a"), txn.borrow().used()), (None, 0));
    }

    #[test]
    fn limits_count_what_is_below() {
        let slot = size_of::<Slot>();
        let budget = Arc::new(Budget { txn: 2 * slot + 100, reqres: slot + 10, ..Budget::default() });
        let vars = || RefCell::new(Vars::within(budget.clone()));
        let (txn, req) = (vars(), vars());
        let scopes = Scopes { txn: Some(&txn), req: Some(&req), budget: Some(&budget), ..Scopes::default() };
        assert!(!scopes.set(&name("req.a"), Val::Str(&[0; 11])));
        assert!(scopes.set(&name("req.a"), Val::Str(&[0; 10])));
        assert!(!scopes.set(&name("txn.a"), Val::Str(&[0; 91])));
        assert!(scopes.set(&name("txn.a"), Val::Str(&[0; 90])));
        assert!(scopes.set(&name("txn.a"), Val::Str(&[0; 10])) && !scopes.set(&name("req.a"), Val::Str(&[0; 11])));
        assert_eq!(budget.used.load(Ordering::Relaxed), 2 * slot + 20);
        txn.borrow_mut().clear();
        drop((txn, req));
        assert_eq!(budget.used.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn conditions() {
        let txn = RefCell::default();
        let scopes = Scopes { txn: Some(&txn), ..Scopes::default() };
        scopes.set(&name("txn.n"), Val::Int(5));
        let holds = |words: &str, var: &str, v: Val<'_>| {
            let mut set_if = SetIf::default();
            words.split(' ').for_each(|w| set_if.add(w.as_bytes()).unwrap());
            set_if.holds(&scopes, &name(var), v)
        };
        assert!(holds("ifexists", "txn.n", Val::Int(1)) && !holds("ifexists", "txn.x", Val::Int(1)));
        assert!(holds("ifnotset", "txn.x", Val::Int(1)) && !holds("ifnotexists ifset", "txn.x", Val::Int(1)));
        assert!(holds("ifempty", "txn.x", Val::Str(b"")) && !holds("ifempty", "txn.x", Val::Int(0)));
        assert!(holds("ifgt", "txn.n", Val::Int(4)) && !holds("ifgt", "txn.n", Val::Int(5)));
        assert!(holds("iflt", "txn.n", Val::Int(6)) && holds("iflt", "txn.n", Val::Str(b"")));
        assert!(SetIf::default().add(b"ifx").is_err());
    }
}
