//! Out of descriptors: a process of its own, since the limit holds for all of it.

use base::Addr;
use net::{ConnectOpts, ListenSpec, Listener, is_exhausted};
use rt::Config;
use std::fs::File;
use std::sync::Arc;

#[test]
fn accepting_fails_plainly_and_works_again() {
    let (soft, _) = sys::nofile();
    let runtime = rt::start(Config::default(), move |_| async move {
        let socket = Arc::new(net::listen(&ListenSpec::new(Addr::Ip("127.0.0.1:0".parse().unwrap()))).unwrap());
        let addr = socket.local().clone();
        let mut listener = Listener::attach(socket).unwrap();
        let _client = net::connect(&addr, &ConnectOpts::default()).unwrap().await.unwrap();
        sys::set_nofile(64).unwrap();
        let mut hogs = Vec::new();
        while let Ok(hog) = File::open("/dev/null") {
            hogs.push(hog);
        }
        let error = listener.accept().await.unwrap_err();
        assert!(is_exhausted(&error), "{error}");
        assert!(is_exhausted(&net::connect(&addr, &ConnectOpts::default()).unwrap_err()));
        assert!(is_exhausted(&listener.accept().await.unwrap_err()), "it says so again when asked again");
        hogs.clear();
        listener.accept().await.unwrap();
        sys::set_nofile(soft).unwrap();
        rt::stop_all();
    });
    runtime.unwrap().join();
    assert_eq!(sys::nofile().0, soft, "the task ran to its end");
}
