//! Section `userlist` (manual 12.2).

use super::At;

/// Users and the groups that they belong to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Userlist {
    pub name: Box<[u8]>,
    pub at: At,
    /// Names of the groups, in their order in the file.
    pub groups: Vec<Box<[u8]>>,
    pub users: Vec<User>,
}

/// One user.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct User {
    pub name: Box<[u8]>,
    /// Without one, the user exists and can't log in.
    pub password: Option<Password>,
    /// Which of [`Userlist::groups`], sorted.
    pub groups: Vec<u32>,
}

/// What a password is compared with.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Password {
    /// `insecure-password`: the password itself.
    Plain(Box<[u8]>),
    /// `password`: what `crypt(3)` makes of it, and by which method.
    Crypt(Box<[u8]>, CryptMethod),
}

/// How `crypt(3)` hashed a password, by the form of the hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum CryptMethod {
    /// Two characters of salt and eleven of hash.
    Des,
    /// `$1$`
    Md5,
    /// `$2a$`, `$2b$`, `$2x$`, `$2y$`
    Bcrypt,
    /// `$5$`
    Sha256,
    /// `$6$`
    Sha512,
    /// `$7$`
    Scrypt,
    /// `$y$`
    Yescrypt,
    /// `$gy$`
    GostYescrypt,
    /// None of these: no password will match.
    Unknown,
}

impl CryptMethod {
    /// The method that made a hash.
    pub fn of(hash: &[u8]) -> CryptMethod {
        let is_b64 = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'/');
        let Some(rest) = hash.strip_prefix(b"$") else {
            let is_des = hash.len() == 13 && hash.iter().all(is_b64);
            return if is_des { CryptMethod::Des } else { CryptMethod::Unknown };
        };
        let id = rest.split(|c| *c == b'$').next().unwrap_or_default();
        match id {
            _ if id.len() == rest.len() => CryptMethod::Unknown,
            b"1" => CryptMethod::Md5,
            b"2a" | b"2b" | b"2x" | b"2y" => CryptMethod::Bcrypt,
            b"5" => CryptMethod::Sha256,
            b"6" => CryptMethod::Sha512,
            b"7" => CryptMethod::Scrypt,
            b"y" => CryptMethod::Yescrypt,
            b"gy" => CryptMethod::GostYescrypt,
            _ => CryptMethod::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CryptMethod::{self, *};

    #[test]
    fn methods_are_known_by_their_form() {
        let cases: &[(&str, CryptMethod)] = &[
            ("rqXexS6ZhobKA", Des),
            ("$1$salt$qJH7.N4xYta3aEG/dfqo/0", Md5),
            ("$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", Bcrypt),
            ("$5$rounds=5000$salt$x", Sha256),
            ("$6$k6y3o.eP$JlKBx9za9667qe4", Sha512),
            ("$7$C6..../....SodiumChloride$x", Scrypt),
            ("$y$j9T$salt$hash", Yescrypt),
            ("$gy$j9T$salt$hash", GostYescrypt),
            ("$9$salt$hash", Unknown),
            ("$6", Unknown),
            ("secret", Unknown),
            ("thirteen char", Unknown),
            ("", Unknown),
        ];
        for (hash, want) in cases {
            assert_eq!(CryptMethod::of(hash.as_bytes()), *want, "{hash}");
        }
    }
}
