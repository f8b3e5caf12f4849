//! Medians, and how sure they are.

/// The median; zero of nothing.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => 0.0,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

/// A 95 % interval of the median, by resampling with a fixed seed: the same rounds always give the same interval.
pub fn interval(values: &[f64]) -> (f64, f64) {
    const DRAWS: usize = 2000;
    if values.is_empty() {
        return (0.0, 0.0);
    }
    let mut random = Lcg(0x9e37_79b9_7f4a_7c15);
    let mut medians: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let sample: Vec<f64> = values.iter().map(|_| values[random.below(values.len())]).collect();
            median(&sample)
        })
        .collect();
    medians.sort_by(f64::total_cmp);
    (medians[DRAWS / 40], medians[DRAWS - DRAWS / 40 - 1])
}

/// What `ours` costs in relation to `theirs`, round by round.
pub fn ratios(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    ours.iter().zip(theirs).filter(|(_, t)| **t > 0.0).map(|(o, t)| o / t).collect()
}

struct Lcg(u64);

impl Lcg {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_and_intervals() {
        assert_eq!(median(&[3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median(&[]), 0.0);
        let (low, high) = interval(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        assert!((1.0..=4.0).contains(&low) && (4.0..=7.0).contains(&high), "{low} {high}");
        assert_eq!(interval(&[2.0]), (2.0, 2.0));
        assert_eq!(ratios(&[1.0, 3.0], &[2.0, 2.0]), [0.5, 1.5]);
    }
}
