//! What only a browser does: keys, dropped files, forms sent in place. Compiled for the server too, where nothing calls it.

pub mod drop_zone;
pub mod keys;
pub mod sample;
pub mod send;
