//! Single features of the proxy in simulation: a configuration, a few scripted peers, and what must be seen in which
//! order and at which virtual time.

mod counting;
mod idle;
mod nice;
mod preferred;
mod rates;
mod spread;
mod world;
