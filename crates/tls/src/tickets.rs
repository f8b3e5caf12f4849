//! Keys of session tickets: from a file, with rotation, or made here (manual 5.1, `tls-ticket-keys`).

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{digest, rand};
use core::fmt;
use rustls::pki_types::UnixTime;
use rustls::server::ProducesTickets;
use std::sync::{Arc, PoisonError, RwLock};

/// How many keys count (the reference's build option has the same default).
pub const KEYS: usize = 3;
/// A key's name goes before the ticket, so that others' tickets cost nothing.
const NAME_LEN: usize = 16;
/// When it was made, in seconds since 1970: it goes before the state.
const MADE_LEN: usize = 8;

/// The keys of one file, or of one bind line; shared, and rotated while running.
pub struct Tickets {
    keys: RwLock<Vec<Arc<Key>>>,
    lifetime_s: u32,
}

struct Key {
    name: [u8; NAME_LEN],
    /// As given, for showing.
    secret: Box<[u8]>,
    cipher: LessSafeKey,
}

impl Tickets {
    /// Keys of 48 or 80 bytes, oldest first, as a file has them; without any, one is made. `None`: a key of another
    /// length.
    pub fn new(secrets: &[Box<[u8]>], lifetime_s: u32) -> Option<Tickets> {
        let mut keys = Vec::new();
        for secret in secrets {
            keys.push(Arc::new(Key::new(secret)?));
        }
        if keys.is_empty() {
            let mut secret = [0u8; 80];
            rand::fill(&mut secret).ok()?;
            keys.push(Arc::new(Key::new(&secret)?));
        }
        Some(Tickets { keys: RwLock::new(keys), lifetime_s })
    }

    /// Appends a key, and forgets the oldest one. `None`: its length isn't that of the others.
    pub fn rotate(&self, secret: &[u8]) -> Option<()> {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if keys.first().is_some_and(|first| first.secret.len() != secret.len()) {
            return None;
        }
        keys.push(Arc::new(Key::new(secret)?));
        if keys.len() > KEYS {
            keys.remove(0);
        }
        Some(())
    }

    /// The keys as they were given, oldest first.
    pub fn secrets(&self) -> Vec<Box<[u8]>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).iter().map(|key| key.secret.clone()).collect()
    }

    /// The last but one encrypts, so that a new key can be spread before it is used.
    fn current(&self) -> Option<Arc<Key>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.get(keys.len().saturating_sub(2)).cloned()
    }

    fn named(&self, name: &[u8]) -> Option<Arc<Key>> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        keys.iter().find(|key| key.name == name).cloned()
    }
}

impl Key {
    fn new(secret: &[u8]) -> Option<Key> {
        if !matches!(secret.len(), 48 | 80) {
            return None;
        }
        // One AEAD takes the place of CBC and HMAC; both of their keys go into its key.
        let derived = digest::digest(&digest::SHA256, &secret[NAME_LEN..]);
        let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, derived.as_ref()).ok()?);
        Some(Key { name: secret[..NAME_LEN].try_into().ok()?, secret: secret.into(), cipher })
    }
}

impl fmt::Debug for Tickets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tickets(..)")
    }
}

impl ProducesTickets for Tickets {
    fn enabled(&self) -> bool {
        true
    }

    fn lifetime(&self) -> u32 {
        self.lifetime_s
    }

    fn encrypt(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let key = self.current()?;
        let mut nonce = [0u8; NONCE_LEN];
        rand::fill(&mut nonce).ok()?;
        let mut ticket = Vec::with_capacity(NAME_LEN + NONCE_LEN + MADE_LEN + plain.len() + AES_256_GCM.tag_len());
        ticket.extend_from_slice(&key.name);
        ticket.extend_from_slice(&nonce);
        ticket.extend_from_slice(&UnixTime::now().as_secs().to_be_bytes());
        ticket.extend_from_slice(plain);
        let nonce = Nonce::assume_unique_for_key(nonce);
        let body = &mut ticket[NAME_LEN + NONCE_LEN..];
        let tag = key.cipher.seal_in_place_separate_tag(nonce, Aad::from(&key.name), body).ok()?;
        ticket.extend_from_slice(tag.as_ref());
        Some(ticket)
    }

    fn decrypt(&self, ticket: &[u8]) -> Option<Vec<u8>> {
        let (name, rest) = ticket.split_at_checked(NAME_LEN)?;
        let (nonce, secret) = rest.split_at_checked(NONCE_LEN)?;
        let key = self.named(name)?;
        let mut secret = secret.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let plain = key.cipher.open_in_place(nonce, Aad::from(&key.name), &mut secret).ok()?;
        let (made, state) = plain.split_at_checked(MADE_LEN)?;
        let made = u64::from_be_bytes(made.try_into().ok()?);
        let is_fresh = UnixTime::now().as_secs().saturating_sub(made) <= u64::from(self.lifetime_s);
        is_fresh.then(|| state.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(fill: u8, length: usize) -> Box<[u8]> {
        vec![fill; length].into()
    }

    #[test]
    fn rotation_keeps_the_last_three() {
        let tickets = Tickets::new(&[secret(1, 48), secret(2, 48), secret(3, 48)], 300).unwrap();
        let by_two = tickets.encrypt(b"state").unwrap();
        assert_eq!(&by_two[..16], &[2; 16], "the penultimate key encrypts");
        assert_eq!(tickets.decrypt(&by_two).as_deref(), Some(&b"state"[..]));
        assert_eq!(tickets.rotate(&secret(4, 80)), None, "lengths can't be mixed");
        tickets.rotate(&secret(4, 48)).unwrap();
        assert_eq!(tickets.decrypt(&by_two).as_deref(), Some(&b"state"[..]));
        assert_eq!(&tickets.encrypt(b"x").unwrap()[..16], &[3; 16]);
        tickets.rotate(&secret(5, 48)).unwrap();
        assert_eq!(tickets.decrypt(&by_two), None, "its key has gone");
    }

    #[test]
    fn foreign_and_broken_tickets() {
        let tickets = Tickets::new(&[], 300).unwrap();
        let mut good = tickets.encrypt(b"state").unwrap();
        for length in 0..good.len() {
            assert_eq!(tickets.decrypt(&good[..length]), None);
        }
        *good.last_mut().unwrap() ^= 1;
        assert_eq!(tickets.decrypt(&good), None);
        assert!(Tickets::new(&[secret(0, 47)], 300).is_none());
    }
}
