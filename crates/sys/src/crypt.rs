//! Passwords that `crypt(3)` has hashed: the system's own library knows all methods that its administrators use.

use core::ffi::{c_char, c_int, c_void};
use std::ffi::CString;

#[link(name = "crypt")]
unsafe extern "C" {
    fn crypt_rn(phrase: *const c_char, setting: *const c_char, data: *mut c_void, size: c_int) -> *const c_char;
}

/// The size of `struct crypt_data` (`crypt.h` of libxcrypt; older libraries need more than they say).
const DATA: usize = 128 * 1024;

/// A password longer than this is nobody's (`CRYPT_MAX_PASSPHRASE_SIZE`).
const MAX_PASSWORD: usize = 512;

/// Whether `password` hashes to `hash` by the method and salt that `hash` begins with. Takes as long as the method
/// wants it to take: milliseconds.
pub fn password_fits(password: &[u8], hash: &[u8]) -> bool {
    if password.len() >= MAX_PASSWORD {
        return false;
    }
    let (Ok(phrase), Ok(setting)) = (CString::new(password), CString::new(hash)) else { return false };
    let mut data = vec![0u64; DATA / 8];
    // SAFETY: both strings end with NUL and live until the call is over; `data` is `DATA` bytes of our own, zeroed as
    // `crypt_r(3)` asks for before the first use.
    let made = unsafe { crypt_rn(phrase.as_ptr(), setting.as_ptr(), data.as_mut_ptr().cast(), DATA as c_int) };
    if made.is_null() {
        return false;
    }
    // SAFETY: what isn't null is a string that ends with NUL within `data`, which is still there.
    let made = unsafe { std::ffi::CStr::from_ptr(made) }.to_bytes();
    // A mistaken hash would be refused by now: `crypt_rn` gives null for what it doesn't know.
    made.len() == hash.len() && made.iter().zip(hash).fold(0, |diff, (a, b)| diff | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::password_fits;

    /// Made by `mkpasswd`; the one of bcrypt is the method's own.
    #[test]
    fn all_methods_of_the_system() {
        let sha512 =
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";
        for (password, hash, want) in [
            ("Hello world!", sha512, true),
            ("Hello world?", sha512, false),
            ("Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", true),
            ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", true),
            ("U*V", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", false),
            ("secret", "abNANd1rDfiNc", true),
            ("secret", "$1$salt$ez2vlPGdaLYkJam5pWs/Y1", true),
            ("x", "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$6foLM1JhGupouWKMU70wxK61Kw9ZnecbACjJwRadqM2", true),
            ("y", "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$6foLM1JhGupouWKMU70wxK61Kw9ZnecbACjJwRadqM2", false),
            ("secret", "secret", false),
            ("", "", false),
            ("x", "*0", false),
        ] {
            assert_eq!(password_fits(password.as_bytes(), hash.as_bytes()), want, "{password} {hash}");
        }
        assert!(!password_fits(b"a\0b", sha512.as_bytes()));
        assert!(!password_fits(&[b'a'; 600], sha512.as_bytes()));
    }
}
