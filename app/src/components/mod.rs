//! What pages are made of.

pub mod charts;
pub mod form;
pub mod frame;
pub mod load;
pub mod marks;
pub mod messages;
pub mod page;
pub mod rows;
