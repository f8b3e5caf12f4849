//! Giving up what the process needed only to start: root directory, user, group.

use crate::console::Console;
use crate::outside::as_path;
use conf::spec::Global;
use diag::Severity;

/// Enters the jail and becomes the user that the configuration names, in this order: the jail needs root. The error
/// is ready to be said, but for the program's name before it.
pub fn drop_privileges(global: &Global, console: &Console, program: &str) -> Result<(), String> {
    if let Some(dir) = &global.chroot {
        sys::chroot(dir).map_err(|_| format!("Cannot chroot({}).", as_path(dir).display()))?;
    }
    let to = sys::Identity { uid: global.uid.filter(|n| *n > 0), gid: global.gid.filter(|n| *n > 0) };
    sys::set_identity(to).map_err(|failed| match (failed.step, to.uid, to.gid) {
        ("user", Some(uid), _) => format!("Cannot set uid {uid}."),
        ("group", _, Some(gid)) => format!("Cannot set gid {gid}."),
        (step, ..) => format!("Cannot change the {step}."),
    })?;
    if global.set_dumpable && sys::set_dumpable(true).and_then(|()| sys::allow_core_dumps()).is_err() {
        console.say(
            Severity::Warning,
            &format!("[{program}.main()] Failed to set the dumpable flag, no core will be dumped."),
        );
    }
    Ok(())
}

/// Why files and ports are out of reach for a reload after [`drop_privileges`], if they are.
pub fn out_of_reach(global: &Global) -> Option<String> {
    let dir = global.chroot.as_ref()?;
    Some(format!(
        "the configuration can't be read again: the process is confined to '{}' (chroot); restart it instead",
        as_path(dir).display()
    ))
}
