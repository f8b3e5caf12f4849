//! The local time zone.

/// How far local time is ahead of UTC at `secs` since the epoch, in seconds; 0 when that can't be told.
///
/// Reads the zone's files under a lock of the C library's: ask once in a while, not for each line. Zones change
/// their offset only at whole quarters of an hour.
pub fn local_offset_s(secs: u64) -> i32 {
    let Ok(at) = libc::time_t::try_from(secs) else { return 0 };
    // SAFETY: an all-zero `tm` is a valid one (its zone pointer may be null), `localtime_r` writes only there and
    // reads only `at`; both outlive the call.
    unsafe {
        let mut tm: libc::tm = std::mem::zeroed();
        if libc::localtime_r(&raw const at, &raw mut tm).is_null() {
            return 0;
        }
        i32::try_from(tm.tm_gmtoff).unwrap_or(0)
    }
}

/// Loads the zone's rules (`TZ`, `/etc/localtime`): before `chroot`, after which the files are out of reach.
pub fn load_zone() {
    local_offset_s(0);
}
