//! `impl prost::Message`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::codec;
use crate::ast::{Field, FieldKind, Message};

pub(crate) fn message(message: &Message<'_>) -> TokenStream {
    let ident = message.ident;
    let disjoint = disjoint(message);
    let encode = encode(message);
    let merge = merge(message);
    let lens = message.fields.iter().map(encoded_len);
    let fields: Vec<_> = message.fields.iter().map(|field| field.ident).collect();
    // A struct's `Default` may say something else than protobuf, and what is not on the wire must
    // not come from there.
    let initial = quote!(Self { #(#fields: ::core::default::Default::default()),* });
    quote! {
        #disjoint

        #[automatically_derived]
        #[allow(deprecated, unused_variables)]
        impl ::lahja::prost::Message for #ident {
            fn encode_raw(&self, buf: &mut impl ::lahja::prost::bytes::BufMut) {
                #encode
            }

            fn merge_field(
                &mut self,
                tag: u32,
                wire_type: ::lahja::prost::encoding::WireType,
                buf: &mut impl ::lahja::prost::bytes::Buf,
                ctx: ::lahja::prost::encoding::DecodeContext,
            ) -> ::core::result::Result<(), ::lahja::prost::DecodeError> {
                #merge
            }

            fn encoded_len(&self) -> usize {
                0 #(+ #lens)*
            }

            fn clear(&mut self) {
                #(self.#fields = ::core::default::Default::default();)*
            }

            fn decode(
                buf: impl ::lahja::prost::bytes::Buf,
            ) -> ::core::result::Result<Self, ::lahja::prost::DecodeError> {
                let mut message = #initial;
                ::lahja::prost::Message::merge(&mut message, buf)?;
                ::core::result::Result::Ok(message)
            }

            fn decode_length_delimited(
                buf: impl ::lahja::prost::bytes::Buf,
            ) -> ::core::result::Result<Self, ::lahja::prost::DecodeError> {
                let mut message = #initial;
                ::lahja::prost::Message::merge_length_delimited(&mut message, buf)?;
                ::core::result::Result::Ok(message)
            }
        }

        ::lahja::__message!(#ident);
    }
}

/// Fields are written in the order of their numbers. Where a oneof stands in it, only the compiler
/// knows, so then it sorts.
fn encode(message: &Message<'_>) -> TokenStream {
    if oneofs(message).next().is_none() {
        let mut fields = Vec::from_iter(&message.fields);
        fields.sort_by_key(|field| match field.kind {
            FieldKind::Single { tag, .. } => tag,
            FieldKind::Oneof => u32::MAX,
        });
        let fields = fields.into_iter().map(encode_field);
        return quote!(#(#fields)*);
    }
    let firsts = message.fields.iter().map(first);
    let names: Vec<Ident> = (0..message.fields.len())
        .map(|at| format_ident!("FIELD_{at}"))
        .collect();
    let fields = message.fields.iter().map(encode_field);
    let len = names.len();
    quote! {
        #(const #names: u32 = #firsts;)*
        const ORDER: [u32; #len] = ::lahja::__private::sorted([#(#names),*]);
        for first in ORDER {
            match first {
                #(#names => { #fields })*
                _ => {}
            }
        }
    }
}

/// The number by which a field is sorted.
fn first(field: &Field<'_>) -> TokenStream {
    match field.kind {
        FieldKind::Single { tag, .. } => quote!(#tag),
        FieldKind::Oneof => {
            let oneof = oneof(field);
            quote!(#oneof::FIRST)
        }
    }
}

fn encode_field(field: &Field<'_>) -> TokenStream {
    let ident = field.ident;
    match field.kind {
        FieldKind::Single { tag, encoding } => {
            let codec = codec::field(field.ty, encoding);
            quote!(#codec::encode(#tag, &self.#ident, buf);)
        }
        FieldKind::Oneof => {
            let oneof = oneof(field);
            quote!(#oneof::encode(&self.#ident, buf);)
        }
    }
}

fn encoded_len(field: &Field<'_>) -> TokenStream {
    let ident = field.ident;
    match field.kind {
        FieldKind::Single { tag, encoding } => {
            let codec = codec::field(field.ty, encoding);
            quote!(#codec::encoded_len(#tag, &self.#ident))
        }
        FieldKind::Oneof => {
            let oneof = oneof(field);
            quote!(#oneof::encoded_len(&self.#ident))
        }
    }
}

fn merge(message: &Message<'_>) -> TokenStream {
    let arms = message.fields.iter().map(|field| merge_arm(message, field));
    quote! {
        match tag {
            #(#arms)*
            _ => ::lahja::prost::encoding::skip_field(wire_type, tag, buf, ctx),
        }
    }
}

fn merge_arm(message: &Message<'_>, field: &Field<'_>) -> TokenStream {
    let ident = field.ident;
    let (pattern, merge) = match field.kind {
        FieldKind::Single { tag, encoding } => {
            let codec = codec::field(field.ty, encoding);
            let merge = quote!(#codec::merge(wire_type, &mut self.#ident, buf, ctx));
            (quote!(#tag), merge)
        }
        FieldKind::Oneof => {
            let oneof = oneof(field);
            let merge = quote!(#oneof::merge(&mut self.#ident, tag, wire_type, buf, ctx));
            (quote!(tag if #oneof::TAGS.contains(&tag)), merge)
        }
    };
    let message = message.ident.unraw().to_string();
    let field = ident.unraw().to_string();
    quote! {
        #pattern => #merge.map_err(::lahja::__private::in_field(#message, #field)),
    }
}

/// A oneof is derived apart from its message, so that their numbers differ is checked when both
/// are known.
fn disjoint(message: &Message<'_>) -> TokenStream {
    let tags = message.fields.iter().filter_map(|field| match field.kind {
        FieldKind::Single { tag, .. } => Some(tag),
        FieldKind::Oneof => None,
    });
    let tags = quote!(&[#(#tags),*]);
    let oneofs: Vec<_> = oneofs(message).collect();
    let checks = oneofs.iter().enumerate().map(|(at, field)| {
        let own = oneof(field);
        let others = oneofs[..at].iter().map(|other| oneof(other));
        quote_spanned! {field.ty.span()=>
            const _: () = {
                let shared = "a variant of this oneof has the number of another field: every \
                              number is used once in a message";
                ::core::assert!(::lahja::__private::disjoint(#own::TAGS, #tags), "{}", shared);
                #(::core::assert!(
                    ::lahja::__private::disjoint(#own::TAGS, #others::TAGS), "{}", shared
                );)*
            };
        }
    });
    quote!(#(#checks)*)
}

fn oneofs<'a>(message: &'a Message<'a>) -> impl Iterator<Item = &'a Field<'a>> {
    message
        .fields
        .iter()
        .filter(|field| matches!(field.kind, FieldKind::Oneof))
}

fn oneof(field: &Field<'_>) -> TokenStream {
    let ty = field.ty;
    quote_spanned!(ty.span()=> <#ty as ::lahja::__private::OneofField>)
}
