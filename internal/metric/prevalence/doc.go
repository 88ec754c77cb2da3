// Package prevalence corrects shares for the errors of the model that counted
// them. A model that finds nine in ten complaints and takes one in ten compliments
// for a complaint reports 18 % where 10 % complain: counting its labels answers
// the question "how often does the model say so", not "how often is it so". With
// the confusion matrix of the development rows the second question can be answered
// too, with an interval that covers both what chance did to the window and how few
// rows the matrix was counted on (docs/prevalence.md).
//
// Read next: confusion.go (what is known of a model's errors), matrix.go (from
// counts to draws of the matrix), estimate.go (one corrected figure),
// querier.go (how queries are answered with corrected figures).
package prevalence
