//! Index types: a place in one particular table, so that a backend's number can't be used as a server's.

/// Declares an index type over `u32`.
#[macro_export]
macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);

        impl $name {
            /// The place as a slice index.
            pub fn at(self) -> usize {
                self.0 as usize
            }
        }

        impl From<usize> for $name {
            fn from(at: usize) -> Self {
                Self(u32::try_from(at).expect("tables hold fewer than 2^32 entries"))
            }
        }
    };
}

index!(
    /// A proxy (frontend, backend, listen) in `Spec::proxies` and in the Plan made from it.
    PxIx
);
index!(
    /// A server within its backend.
    SrvIx
);
