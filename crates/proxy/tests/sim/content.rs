//! Bodies: each byte follows from the message's id and the byte's place, so that no mix-up goes unseen.

/// The content of `id`.
pub fn of(id: u64, len: u64) -> Vec<u8> {
    (0..len).map(|at| byte(id, at)).collect()
}

/// Where `bytes`, which begin at `from`, aren't the content of `id`.
pub fn differs(id: u64, from: u64, bytes: &[u8]) -> Option<usize> {
    (0..bytes.len()).find(|at| bytes[*at] != byte(id, from + *at as u64))
}

/// The content of a request's body, from the id of its exchange.
pub fn up(id: u64) -> u64 {
    id ^ 0x5555_0000
}

fn byte(id: u64, at: u64) -> u8 {
    let mixed = (at / 7 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15 ^ id.wrapping_mul(0xff51_afd7_ed55_8ccd));
    (mixed >> (8 + (at % 7) * 8)) as u8
}
