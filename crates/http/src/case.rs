//! The case of field names for applications that insist on one (manual, `h1-case-adjust`).

/// Names in lower case with the form to send instead.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CaseMap {
    /// The forms to send, sorted by their lower-case form.
    forms: Vec<Box<[u8]>>,
}

/// Why an entry was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CaseError {
    /// The first name isn't a field name in lower case.
    NotLowerCase,
    /// The names differ in more than case.
    Differ,
    /// There is an entry for this name already.
    Duplicate,
}

impl CaseMap {
    /// Sends the name `from` as `to`.
    pub fn insert(&mut self, from: &[u8], to: &[u8]) -> Result<(), CaseError> {
        if !crate::is_name(from) || from.iter().any(u8::is_ascii_uppercase) {
            return Err(CaseError::NotLowerCase);
        }
        if !from.eq_ignore_ascii_case(to) {
            return Err(CaseError::Differ);
        }
        match self.place(from) {
            Ok(_) => Err(CaseError::Duplicate),
            Err(at) => {
                self.forms.insert(at, to.into());
                Ok(())
            }
        }
    }

    /// The form to send for a name in lower case.
    pub fn form(&self, name: &[u8]) -> Option<&[u8]> {
        self.place(name).ok().map(|at| &*self.forms[at])
    }

    /// Whether there are no entries.
    pub fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    fn place(&self, name: &[u8]) -> Result<usize, usize> {
        self.forms.binary_search_by(|form| form.iter().map(u8::to_ascii_lowercase).cmp(name.iter().copied()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries() {
        let mut map = CaseMap::default();
        assert_eq!(map.insert(b"content-length", b"Content-Length"), Ok(()));
        assert_eq!(map.insert(b"etag", b"ETag"), Ok(()));
        assert_eq!(map.insert(b"etag", b"eTag"), Err(CaseError::Duplicate));
        assert_eq!(map.insert(b"Host", b"HOST"), Err(CaseError::NotLowerCase));
        assert_eq!(map.insert(b"host", b"hosts"), Err(CaseError::Differ));
        assert_eq!(map.form(b"etag"), Some(&b"ETag"[..]));
        assert_eq!(map.form(b"host"), None);
    }
}
