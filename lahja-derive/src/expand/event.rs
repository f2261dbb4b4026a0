use proc_macro2::TokenStream;
use quote::quote;

use super::{declaration, message};
use crate::ast::Event;

pub(crate) fn event(event: &Event<'_>) -> TokenStream {
    let ident = event.message.ident;
    let name = event.message.name.full_name();
    let message = message::declared(&event.message, Some(declaration::event(event)));
    let type_id = event.type_id.as_ref().map(|id| {
        let id = id.value;
        quote!(, type_id: #id)
    });
    let response = event.response.as_ref().map(|ty| quote!(, response: #ty));
    quote! {
        #message
        ::lahja::__event! { type: #ident, name: #name #type_id #response }
    }
}
