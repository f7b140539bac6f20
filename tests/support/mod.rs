//! What the tests of the whole program share: a running server on either database, clients that speak to it as a browser
//! or a script would, a driven browser, and readings of its HTML.

pub mod browser;
pub mod client;
pub mod demo;
pub mod engine;
pub mod guardian;
pub mod html;
pub mod people;
pub mod places;
pub mod server;

pub use browser::Browser;
pub use client::{Client, Reply};
pub use engine::Engine;
pub use server::{Idle, Options, TestServer};
