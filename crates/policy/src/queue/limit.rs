//! How many connections a server takes now: `maxconn`, `minconn`, `fullconn`, `slowstart` (manual 5.2).

/// What the configuration says about one server's slots.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Limits {
    /// 0 for no limit.
    pub maxconn: u32,
    /// 0 for a limit that doesn't follow the load.
    pub minconn: u32,
    /// The backend's load at which `maxconn` is reached, 0 if unknown.
    pub fullconn: u32,
}

/// The limit that holds while the backend serves `backend_load` connections; 0 for none. `warmup_percent`
/// is 100 unless the server is in its slow start.
///
/// Between nothing and `fullconn`, the limit lies on the ramp from `minconn` to `maxconn`; the slow start
/// then takes its share of that, and at least one connection is always let through.
pub fn dynamic_maxconn(limits: &Limits, backend_load: u32, warmup_percent: u32) -> u32 {
    let Limits { maxconn, minconn, fullconn } = *limits;
    if maxconn == 0 {
        return 0;
    }
    let ramp = minconn > 0 && minconn < maxconn && backend_load < fullconn;
    let limit = match ramp {
        true => (u64::from(maxconn) * u64::from(backend_load) / u64::from(fullconn)).max(u64::from(minconn)),
        false => u64::from(maxconn),
    };
    let warm = limit * u64::from(warmup_percent.min(100)) / 100;
    warm.max(1) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ramps_between_minconn_and_maxconn() {
        let both = Limits { maxconn: 1000, minconn: 100, fullconn: 10_000 };
        for (limits, load, warmup, expected) in [
            (both, 0, 100, 100),
            (both, 1000, 100, 100),
            (both, 5000, 100, 500),
            (both, 10_000, 100, 1000),
            (both, u32::MAX, 100, 1000),
            (both, 5000, 50, 250),
            (both, 0, 0, 1),
            (Limits { minconn: 0, ..both }, 0, 100, 1000),
            (Limits { fullconn: 0, ..both }, 0, 100, 1000),
            (Limits { minconn: 2000, ..both }, 0, 100, 1000),
            (Limits { maxconn: 0, ..both }, 0, 10, 0),
            (Limits { maxconn: u32::MAX, minconn: 1, fullconn: u32::MAX }, u32::MAX - 1, 100, u32::MAX - 1),
        ] {
            assert_eq!(dynamic_maxconn(&limits, load, warmup), expected, "{limits:?} {load} {warmup}");
        }
    }
}
