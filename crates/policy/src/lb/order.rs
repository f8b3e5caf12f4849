//! A sorted set that is quick for a handful of servers and holds up with thousands: a sorted vector first,
//! a tree from then on. Balancing state lives behind a lock, so this is on everyone's path.

use std::collections::BTreeSet;

/// Sorted keys, each once.
#[derive(Debug)]
pub(super) enum Order<K> {
    Few(Vec<K>),
    Many(BTreeSet<K>),
}

/// Up to this many keys, moving them in memory is cheaper than a tree.
const FEW: usize = 64;

impl<K: Ord + Copy> Order<K> {
    pub(super) fn insert(&mut self, key: K) {
        match self {
            Order::Many(tree) => {
                tree.insert(key);
            }
            Order::Few(list) => match list.binary_search(&key) {
                Ok(_) => {}
                Err(at) if list.len() < FEW => list.insert(at, key),
                Err(_) => {
                    let mut tree: BTreeSet<K> = list.drain(..).collect();
                    tree.insert(key);
                    *self = Order::Many(tree);
                }
            },
        }
    }

    pub(super) fn remove(&mut self, key: &K) {
        match self {
            Order::Many(tree) => {
                tree.remove(key);
            }
            Order::Few(list) => {
                if let Ok(at) = list.binary_search(key) {
                    list.remove(at);
                }
            }
        }
    }

    /// The first key, in order, for which `fits` says yes.
    pub(super) fn find(&self, mut fits: impl FnMut(&K) -> bool) -> Option<K> {
        match self {
            Order::Many(tree) => tree.iter().find(|key| fits(key)).copied(),
            Order::Few(list) => list.iter().find(|key| fits(key)).copied(),
        }
    }
}

impl<K> Default for Order<K> {
    fn default() -> Self {
        Order::Few(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_or_many_it_is_the_same_set() {
        let mut order = Order::default();
        let mut tree = BTreeSet::new();
        for step in 0..1000u32 {
            let key = step.wrapping_mul(2_654_435_761) % 200;
            if step % 3 == 0 {
                order.remove(&key);
                tree.remove(&key);
            } else {
                order.insert(key);
                tree.insert(key);
            }
            assert_eq!(order.find(|_| true), tree.first().copied());
            assert_eq!(order.find(|k| *k > key), tree.range(key + 1..).next().copied());
        }
        assert!(matches!(order, Order::Many(_)));
    }
}
