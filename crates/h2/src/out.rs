//! What waits to be sent: small frames in vectors, large payloads in the buffers that they came in.

use std::collections::VecDeque;

use base::Buf;

/// A vector of small frames isn't made longer than this, in bytes.
const SEGMENT: usize = 16_384;

/// Payloads up to this size are copied behind their frame header rather than sent as a piece of their own, in bytes.
const SMALL: usize = 2048;

/// Bytes in their order. While nothing waits it holds no memory but for one spare vector.
#[derive(Default)]
pub struct Out {
    segments: VecDeque<Segment>,
    len: usize,
    spare: Option<Vec<u8>>,
}

enum Segment {
    /// The bytes before `from` are sent.
    Small {
        bytes: Vec<u8>,
        from: usize,
    },
    Large(Buf),
}

impl Segment {
    fn rest(&self) -> &[u8] {
        match self {
            Segment::Small { bytes, from } => &bytes[*from..],
            Segment::Large(buf) => buf.data(),
        }
    }
}

impl Out {
    /// How many bytes wait.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Lets `write` append small frames.
    pub(crate) fn small<R>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> R) -> R {
        let fits = matches!(self.segments.back(), Some(Segment::Small { bytes, .. }) if bytes.len() < SEGMENT);
        if !fits {
            let bytes = self.spare.take().unwrap_or_default();
            self.segments.push_back(Segment::Small { bytes, from: 0 });
        }
        let Some(Segment::Small { bytes, .. }) = self.segments.back_mut() else {
            unreachable!("a small segment was just put there")
        };
        let before = bytes.len();
        let result = write(bytes);
        self.len += bytes.len() - before;
        result
    }

    /// Appends a payload.
    pub(crate) fn payload(&mut self, buf: Buf) {
        if buf.len() <= SMALL {
            return self.small(|out| out.extend_from_slice(buf.data()));
        }
        self.len += buf.len();
        self.segments.push_back(Segment::Large(buf));
    }

    /// The first pieces in their order; how many were filled in.
    pub fn pieces<'a>(&'a self, into: &mut [&'a [u8]]) -> usize {
        let mut n = 0;
        for (segment, place) in self.segments.iter().filter(|s| !s.rest().is_empty()).zip(into) {
            *place = segment.rest();
            n += 1;
        }
        n
    }

    /// The first `n` bytes have been sent.
    pub fn advance(&mut self, n: usize) {
        debug_assert!(n <= self.len);
        let mut left = n.min(self.len);
        self.len -= left;
        while let Some(first) = self.segments.front_mut() {
            let here = first.rest().len();
            if left < here {
                match first {
                    Segment::Small { from, .. } => *from += left,
                    Segment::Large(buf) => buf.consume(left),
                }
                return;
            }
            left -= here;
            if let Some(Segment::Small { mut bytes, .. }) = self.segments.pop_front()
                && bytes.capacity() <= SEGMENT
            {
                bytes.clear();
                self.spare = Some(bytes);
            }
        }
    }

    /// Gives up the spare memory: the connection is idle.
    pub fn shrink(&mut self) {
        self.spare = None;
        if self.segments.is_empty() {
            self.segments = VecDeque::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_kept_whatever_is_sent() {
        for step in [1, 3, 1000, 5000, 40_000] {
            let mut out = Out::default();
            let mut want = Vec::new();
            for n in [10, 3000, 20, 16_384, 2048, 1] {
                let payload: Vec<u8> = (0..n).map(|i| (i * 7 + n) as u8).collect();
                out.small(|o| o.extend_from_slice(b"head"));
                out.payload(Buf::from_bytes(&payload));
                want.extend_from_slice(b"head");
                want.extend_from_slice(&payload);
            }
            assert_eq!(out.len(), want.len());
            let mut got = Vec::new();
            while !out.is_empty() {
                let mut pieces = [&b""[..]; 3];
                let n = out.pieces(&mut pieces);
                let all = pieces[..n].concat();
                let sent = &all[..step.min(all.len())];
                got.extend_from_slice(sent);
                out.advance(sent.len());
            }
            assert!(got == want, "{step}");
        }
    }
}
