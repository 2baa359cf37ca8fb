//! unstick
