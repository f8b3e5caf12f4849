//! `balance leastconn`: the fewest served and queued per weight, in turns among equals.

use super::Load;
use super::order::Order;
use base::ix::SrvIx;

/// The servers in the order of their relative load.
#[derive(Default, Debug)]
pub(super) struct LeastConn {
    order: Order<Place>,
    /// By server index; `None` for those that aren't in `order`.
    members: Vec<Option<Member>>,
    /// Grows with each insertion, so that equals are used in turns.
    turn: u64,
}

/// Relative load first, then who came here first.
type Place = (u64, u64, SrvIx);

#[derive(Clone, Copy, Debug)]
struct Member {
    weight: u32,
    load: u32,
    place: Place,
}

impl LeastConn {
    pub(super) fn insert(&mut self, ix: SrvIx, weight: u32, load: u32) {
        self.remove(ix);
        if self.members.len() <= ix.at() {
            self.members.resize(ix.at() + 1, None);
        }
        self.turn += 1;
        let place = (relative(load, weight), self.turn, ix);
        self.order.insert(place);
        self.members[ix.at()] = Some(Member { weight, load, place });
    }

    pub(super) fn remove(&mut self, ix: SrvIx) {
        if let Some(member) = self.members.get_mut(ix.at()).and_then(Option::take) {
            self.order.remove(&member.place);
        }
    }

    pub(super) fn reweigh(&mut self, ix: SrvIx, weight: u32) {
        if let Some(member) = self.member(ix) {
            self.insert(ix, weight, member.load);
        }
    }

    pub(super) fn set_load(&mut self, ix: SrvIx, load: u32) {
        if let Some(member) = self.member(ix) {
            self.insert(ix, member.weight, load);
        }
    }

    pub(super) fn pick(&self, avoid: Option<SrvIx>, load: &impl Fn(SrvIx) -> Load) -> Option<SrvIx> {
        let takes_more = |ix: SrvIx| load(ix).takes_more();
        let found = self.order.find(|(_, _, ix)| Some(*ix) != avoid && takes_more(*ix));
        // The one to be avoided is better than none.
        found.map(|(_, _, ix)| ix).or(avoid.filter(|ix| self.member(*ix).is_some() && takes_more(*ix)))
    }

    fn member(&self, ix: SrvIx) -> Option<Member> {
        self.members.get(ix.at()).copied().flatten()
    }
}

/// What the load would be with one more, per weight, in fixed point: loads stay below 2^32, so 24 fractional
/// bits fit. An idle server comes first whatever it weighs, as HAProxy does it.
fn relative(load: u32, weight: u32) -> u64 {
    match load {
        0 => 0,
        _ => ((u64::from(load) + 1) << 24) / u64::from(weight.max(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Connections that all stay open, as HAProxy 2.6 was seen to spread them.
    #[test]
    fn the_order_that_haproxy_was_seen_to_use() {
        for (weights, expected) in [
            (&[1, 1, 1][..], "123123123123123123123123"),
            (&[2, 1], "121121121121121121121121"),
            (&[1, 2, 3], "123323323123323123323123"),
            (&[3, 2, 1], "123121121321121321121321"),
            (&[5, 1, 1], "123111111112311111231111"),
            (&[4, 3], "121212112121211212121121"),
            (&[256, 1], "121111111111111111111111"),
            (&[1, 2], "122212212212212212212212"),
            (&[1, 4], "122222221222212222122221"),
            (&[1, 5], "122222222212222212222212"),
            (&[2, 3], "122122121221212212122121"),
            (&[3, 1], "121111211121112111211121"),
            (&[4, 1], "121111112111121111211112"),
            (&[1, 1, 3], "123333312333123331233312"),
            (&[3, 4], "122121221212122121212212"),
            (&[2, 5], "122221222122122212212221"),
            (&[3, 5], "122212122122121221221212"),
            (&[5, 3], "121121211211212112112121"),
        ] {
            let mut lc = LeastConn::default();
            let mut loads = vec![0; weights.len()];
            for (at, weight) in weights.iter().enumerate() {
                lc.insert(SrvIx::from(at), weight * 16, 0);
            }
            let mut seen = String::new();
            for _ in 0..expected.len() {
                let ix = lc.pick(None, &|_| Load::default()).unwrap();
                loads[ix.at()] += 1;
                lc.set_load(ix, loads[ix.at()]);
                seen.push(char::from_digit(ix.0 + 1, 10).unwrap());
            }
            assert_eq!(seen, expected, "{weights:?}");
        }
    }

    #[test]
    fn full_servers_take_no_more_unless_they_have_a_queue() {
        let mut lc = LeastConn::default();
        lc.insert(SrvIx(0), 16, 1);
        lc.insert(SrvIx(1), 16, 2);
        let full = |maxqueue| Load { served: 1, maxconn: 1, maxqueue, ..Load::default() };
        for (maxqueue, expected) in [(0, SrvIx(1)), (3, SrvIx(0))] {
            let load = |ix: SrvIx| if ix.0 == 0 { full(maxqueue) } else { Load::default() };
            assert_eq!(lc.pick(None, &load), Some(expected));
        }
        assert_eq!(lc.pick(None, &|_| full(0)), None);
    }
}
