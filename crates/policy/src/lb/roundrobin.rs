//! `balance roundrobin`: in turns by weight; weights may change at any time.
//!
//! Time counts picks. A server of weight `w` out of a total of `W` wants a turn every `W / w` picks; its
//! next turn is a whole number of picks and a remainder over `w`. At each pick the server whose turn is
//! soonest goes first if that turn has come. A pick at which nobody's turn has come goes to a server that
//! has had none yet, the heaviest first, which is what staggers servers of equal weight over the period.
//! This model was fitted to the order in which HAProxy 2.6 was seen to use 30 sets of weights, and gives
//! the same order for all of them (tests below).

use super::Load;
use super::order::Order;
use base::ix::SrvIx;
use core::cmp::Reverse;

/// The servers in the order of their next turns.
#[derive(Default, Debug)]
pub(super) struct RoundRobin {
    /// Those that have had a turn.
    turns: Order<(Turn, SrvIx)>,
    /// Those that haven't, the heaviest first.
    fresh: Order<(Reverse<u32>, u64, SrvIx)>,
    /// By server index; `None` for those in neither set.
    members: Vec<Option<Member>>,
    /// Picks so far.
    now: u64,
    /// Grows with every insertion: who came first goes first among equals.
    serial: u64,
    total: u64,
}

/// A place in time. The order of the fields is the order of the turns.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Turn {
    /// The pick at which it comes.
    at: u64,
    /// The remainder less the weight: among turns of one pick, heavy servers and small remainders first.
    rank: i64,
    serial: u64,
}

#[derive(Clone, Copy, Debug)]
struct Member {
    weight: u32,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    Fresh(u64),
    Turn(Turn),
}

impl RoundRobin {
    pub(super) fn insert(&mut self, ix: SrvIx, weight: u32) {
        self.remove(ix);
        if self.members.len() <= ix.at() {
            self.members.resize(ix.at() + 1, None);
        }
        self.serial += 1;
        self.total += u64::from(weight);
        self.put(ix, Member { weight, place: Place::Fresh(self.serial) });
    }

    pub(super) fn remove(&mut self, ix: SrvIx) {
        if let Some(member) = self.take(ix) {
            self.total -= u64::from(member.weight);
        }
    }

    /// What is left until the server's turn shrinks or grows with its step; nothing else moves.
    pub(super) fn reweigh(&mut self, ix: SrvIx, weight: u32) {
        let Some(mut member) = self.take(ix) else { return };
        self.total = self.total - u64::from(member.weight) + u64::from(weight);
        if let Place::Turn(turn) = &mut member.place {
            let wait = turn.at.saturating_sub(self.now);
            turn.at = turn.at - wait + wait * u64::from(member.weight) / u64::from(weight);
            turn.rank = -i64::from(weight);
        }
        member.weight = weight;
        self.put(ix, member);
    }

    pub(super) fn pick(&mut self, avoid: Option<SrvIx>, load: &impl Fn(SrvIx) -> Load) -> Option<SrvIx> {
        let fits = |ix: SrvIx| !load(ix).is_full();
        let ix = self.soonest(|ix| Some(ix) != avoid && fits(ix));
        // The one to be avoided is better than none.
        let ix = ix.or(avoid.filter(|ix| self.member(*ix).is_some() && fits(*ix)))?;
        self.give_turn(ix);
        Some(ix)
    }

    fn soonest(&self, fits: impl Fn(SrvIx) -> bool) -> Option<SrvIx> {
        let next = self.turns.find(|(_, ix)| fits(*ix));
        if let Some((turn, ix)) = next
            && turn.at <= self.now
        {
            return Some(ix);
        }
        let fresh = self.fresh.find(|(_, _, ix)| fits(*ix)).map(|(_, _, ix)| ix);
        fresh.or(next.map(|(_, ix)| ix))
    }

    fn give_turn(&mut self, ix: SrvIx) {
        let Some(Member { weight, place }) = self.take(ix) else { return };
        let w = u64::from(weight);
        let (step, rest) = (self.total / w, self.total % w);
        let (at, remainder) = match place {
            Place::Fresh(_) => (self.now, 0),
            // A server that was full for longer than its step must not catch up in one burst.
            Place::Turn(turn) if turn.at + 2 * step + 2 < self.now => (self.now, 0),
            Place::Turn(turn) => (turn.at, (turn.rank + i64::from(weight)) as u64),
        };
        let carry = remainder + rest >= w;
        let remainder = if carry { remainder + rest - w } else { remainder + rest };
        self.serial += 1;
        let turn =
            Turn { at: at + step + u64::from(carry), rank: remainder as i64 - i64::from(weight), serial: self.serial };
        self.put(ix, Member { weight, place: Place::Turn(turn) });
        // While others are full, those that remain are picked before their turns: time follows them, so that
        // nobody finds itself far behind afterwards.
        self.now = self.now.max(at) + 1;
    }

    fn member(&self, ix: SrvIx) -> Option<Member> {
        self.members.get(ix.at()).copied().flatten()
    }

    fn take(&mut self, ix: SrvIx) -> Option<Member> {
        let member = self.members.get_mut(ix.at())?.take()?;
        match member.place {
            Place::Fresh(serial) => self.fresh.remove(&(Reverse(member.weight), serial, ix)),
            Place::Turn(turn) => self.turns.remove(&(turn, ix)),
        };
        Some(member)
    }

    fn put(&mut self, ix: SrvIx, member: Member) {
        match member.place {
            Place::Fresh(serial) => self.fresh.insert((Reverse(member.weight), serial, ix)),
            Place::Turn(turn) => self.turns.insert((turn, ix)),
        };
        self.members[ix.at()] = Some(member);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(weights: &[u32], scale: u32, picks: usize) -> String {
        let mut rr = RoundRobin::default();
        for (at, weight) in weights.iter().enumerate() {
            rr.insert(SrvIx::from(at), weight * scale);
        }
        let mut pick = || rr.pick(None, &|_| Load::default()).unwrap().at() + 1;
        (0..picks).map(|_| char::from_digit(pick() as u32, 10).unwrap()).collect()
    }

    /// One period each, as HAProxy 2.6 was seen to do it; all of them then repeat.
    #[test]
    fn the_order_that_haproxy_was_seen_to_use() {
        for (weights, expected) in [
            (&[1, 1, 1][..], "123"),
            (&[1, 2, 3], "323132"),
            (&[3, 2, 1], "121312"),
            (&[10, 20, 30], "323132"),
            (&[1, 3], "2221"),
            (&[1, 2, 3, 4], "4342341432"),
            (&[7, 3, 5, 2], "13123141321311234"),
            (&[5, 1], "111112"),
            (&[1, 9], "2222222221"),
            (&[5, 1, 1], "1112113"),
            (&[1, 1, 5], "3331332"),
            (&[1, 5, 1], "2221223"),
            (&[9, 1, 1, 1], "111211131114"),
            (&[4, 1, 1, 1, 1], "12131415"),
            (&[2, 2, 1], "12123"),
            (&[1, 2, 2], "23231"),
            (&[2, 1, 1], "1213"),
            (&[3, 3, 1, 1], "12123124"),
            (&[2, 1], "112"),
            (&[3, 2], "11212"),
            (&[2, 3], "22121"),
            (&[4, 3], "1121212"),
            (&[5, 3], "11212112"),
            (&[7, 2], "111121112"),
            (&[7, 4], "11211212112"),
            (&[1, 1, 1, 1, 2], "512534"),
            (&[2, 2, 2, 3], "412431423"),
            (&[6, 1, 1], "11121113"),
            (&[8, 1, 1], "1111211113"),
            (&[12, 1, 1, 1], "111121111311114"),
            (&[3, 5, 7], "323123321323321"),
            (&[5, 4, 3, 2, 1], "123124132151324"),
            (&[10, 7, 4], "121312121321123121312"),
        ] {
            for scale in [1, 16] {
                let seen = sequence(weights, scale, expected.len() * 3);
                assert_eq!(seen, expected.repeat(3), "{weights:?} times {scale}");
            }
        }
        assert_eq!(sequence(&[256, 100, 1], 16, 36), "111211211121121112111211211121121112");
    }

    #[test]
    fn a_server_that_was_full_does_not_catch_up() {
        let mut rr = RoundRobin::default();
        for at in 0..3 {
            rr.insert(SrvIx(at), 16);
        }
        let full = Load { served: 1, maxconn: 1, ..Load::default() };
        for _ in 0..1000 {
            rr.pick(None, &|ix| if ix.0 == 0 { full } else { Load::default() }).unwrap();
        }
        let got: Vec<_> = (0..30).map(|_| rr.pick(None, &|_| Load::default()).unwrap().0).collect();
        let to_first = got.iter().filter(|ix| **ix == 0).count();
        assert!((9..=12).contains(&to_first), "{got:?}");
    }

    #[test]
    fn a_server_at_slow_start_gains_its_share_at_once() {
        let mut rr = RoundRobin::default();
        rr.insert(SrvIx(0), 4096);
        rr.insert(SrvIx(1), 1);
        for _ in 0..10_000 {
            rr.pick(None, &|_| Load::default());
        }
        rr.reweigh(SrvIx(1), 4096);
        let second = (0..100).filter(|_| rr.pick(None, &|_| Load::default()) == Some(SrvIx(1))).count();
        assert!((48..=52).contains(&second), "{second} of 100");
    }
}
