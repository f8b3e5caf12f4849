//! Walking over the fields of a head.

use crate::head::Field;
use crate::{HdrId, Head};

/// One field as it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldRef<'a> {
    /// Its place among all fields of the head, from 0: what edits take.
    pub at: usize,
    /// The name, in lower case.
    pub name: &'a [u8],
    /// The value, without blanks around it.
    pub value: &'a [u8],
    /// The number of the name.
    pub id: HdrId,
}

/// An iterator over all or some fields of a head (`'a`), in order; `'n` is the name looked for. It also goes backwards (the last occurrence first).
#[derive(Clone)]
pub struct Fields<'a, 'n> {
    head: &'a Head,
    from: usize,
    to: usize,
    want: Want<'n>,
}

#[derive(Clone, Copy)]
enum Want<'n> {
    All,
    Id(HdrId),
    Name(&'n [u8]),
}

impl<'a, 'n> Fields<'a, 'n> {
    pub(crate) fn all(head: &'a Head) -> Fields<'a, 'n> {
        Fields { head, from: 0, to: head.field_count(), want: Want::All }
    }

    pub(crate) fn by_id(head: &'a Head, id: HdrId) -> Fields<'a, 'n> {
        Fields { head, from: 0, to: head.field_count(), want: Want::Id(id) }
    }

    pub(crate) fn by_name(head: &'a Head, name: &'n [u8]) -> Fields<'a, 'n> {
        let want = match HdrId::of(name) {
            HdrId::Other => Want::Name(name),
            id => Want::Id(id),
        };
        Fields { head, from: 0, to: head.field_count(), want }
    }

    /// The same without the fields before place `at`.
    pub fn starting_at(mut self, at: usize) -> Fields<'a, 'n> {
        self.from = self.from.max(at);
        self
    }

    /// The occurrence that a rule counts as `n`: 1 is the first, -1 the last. 0 is none.
    pub fn occurrence(mut self, n: i64) -> Option<FieldRef<'a>> {
        let skip = usize::try_from(n.unsigned_abs().checked_sub(1)?).ok()?;
        if n > 0 { self.nth(skip) } else { self.nth_back(skip) }
    }

    #[inline]
    fn fits(&self, field: &Field) -> bool {
        match self.want {
            Want::All => true,
            Want::Id(id) => field.id == id,
            Want::Name(name) => field.id == HdrId::Other && self.head.bytes(field.name).eq_ignore_ascii_case(name),
        }
    }

    fn show(&self, at: usize, field: &Field) -> FieldRef<'a> {
        FieldRef { at, name: self.head.bytes(field.name), value: self.head.bytes(field.value), id: field.id }
    }
}

impl<'a> Iterator for Fields<'a, '_> {
    type Item = FieldRef<'a>;

    fn next(&mut self) -> Option<FieldRef<'a>> {
        let left = self.head.parts.fields.get(self.from..self.to)?;
        // Looked at once, not for each field: most searches are by number and go over all of them.
        let found = match self.want {
            Want::All => (!left.is_empty()).then_some(0),
            Want::Id(id) => left.iter().position(|f| f.id == id),
            Want::Name(_) => left.iter().position(|f| self.fits(f)),
        };
        let Some(skipped) = found else {
            self.from = self.to;
            return None;
        };
        let at = self.from + skipped;
        self.from = at + 1;
        Some(self.show(at, &left[skipped]))
    }
}

impl DoubleEndedIterator for Fields<'_, '_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        while self.from < self.to {
            self.to -= 1;
            let field = &self.head.parts.fields[self.to];
            if self.fits(field) {
                return Some(self.show(self.to, field));
            }
        }
        None
    }
}

/// How many bytes the field takes on an HTTP/1 wire.
#[inline]
pub(crate) fn wire_len(field: &Field) -> usize {
    field.name.len() + 2 + field.value.len() + 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Version;

    #[test]
    fn finding() {
        let mut head = Head::request(b"GET", b"/", Version::HTTP_1_1, 1000).unwrap();
        for (name, value) in [("Host", "a"), ("X-A", "1"), ("cookie", "c"), ("x-a", "2"), ("X-B", "z"), ("Cookie", "d")]
        {
            head.add(name.as_bytes(), value.as_bytes()).unwrap();
        }
        let values = |fields: Fields<'_, '_>| fields.map(|f| f.value[0] as char).collect::<String>();
        assert_eq!(values(head.fields()), "a1c2zd");
        assert_eq!(values(head.find(HdrId::Cookie)), "cd");
        assert_eq!(values(head.find(HdrId::Other)), "12z");
        assert_eq!(values(head.find_name(b"X-a")), "12");
        assert_eq!(values(head.find_name(b"COOKIE")), "cd");
        assert_eq!(values(head.find_name(b"nope")), "");
        let nth = |n| head.find_name(b"x-a").occurrence(n).map(|f| f.value[0] as char);
        assert_eq!([nth(1), nth(2), nth(3)], [Some('1'), Some('2'), None]);
        assert_eq!([nth(-1), nth(-2), nth(-3)], [Some('2'), Some('1'), None]);
        assert_eq!([nth(0), nth(i64::MIN), nth(i64::MAX)], [None, None, None]);
        assert_eq!(head.find(HdrId::Cookie).next_back().map(|f| f.at), Some(5));
        assert_eq!(head.field(1).map(|f| f.name), Some(&b"x-a"[..]));
        assert!(head.field(6).is_none());
    }
}
