//! Mails about servers (manual 4.2, `email-alert …`).

/// Whom to tell, and of what. Only where sender, receiver and mailers are known.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct EmailAlert {
    pub from: Box<[u8]>,
    pub to: Box<[u8]>,
    /// Section `mailers`.
    pub mailers: Box<str>,
    /// Messages above this level number are not sent (0 emerg … 7 debug).
    pub max_level: u8,
    /// `None`: the machine's own name.
    pub my_hostname: Option<Box<[u8]>>,
}
