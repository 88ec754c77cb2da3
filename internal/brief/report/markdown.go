package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"antojo/internal/brief/fill"
)

// Markdown writes the document as Markdown; charts become tables.
func (d *Document) Markdown(w io.Writer) error {
	var s bytes.Buffer
	if d.Synthetic {
		fmt.Fprintf(&s, "> **%s**\n\n", d.label("synthetic"))
	}
	fmt.Fprintf(&s, "# %s\n\n*%s*\n", escape(d.Title), escape(d.Kicker))
	if len(d.Parts) == 0 {
		fmt.Fprintf(&s, "\n%s\n", d.label("empty"))
	}
	for _, p := range d.Parts {
		if p.Title != "" {
			fmt.Fprintf(&s, "\n## %s\n", escape(p.Title))
		}
		if p.List {
			s.WriteString("\n")
			for _, x := range p.Text {
				fmt.Fprintf(&s, "- %s\n", escape(fill.Join(x)))
			}
		} else if len(p.Text) > 0 {
			fmt.Fprintf(&s, "\n%s\n", escape(p.String()))
		}
		for _, c := range p.Charts {
			t, _ := c.Rows(d.Numbers)
			t.Title = c.Title
			markdownTable(&s, t)
			if c.Note != "" {
				fmt.Fprintf(&s, "\n*%s*\n", escape(c.Note))
			}
		}
		for _, t := range p.Tables {
			markdownTable(&s, t)
		}
		for _, x := range p.Ideas {
			fmt.Fprintf(&s, "\n### %s\n\n*%s*\n\n%s\n", escape(x.Title), escape(x.Label), quoted(x.Copy))
			if x.Format != "" {
				fmt.Fprintf(&s, "\n%s\n", escape(x.Format))
			}
			fmt.Fprintf(&s, "\n%s %s: %s%s\n", d.label("rests"), strings.Join(x.Facts, ", "), escape(fill.Join(x.Reason)), evidence(d, x))
		}
	}
	s.WriteString("\n---\n\n")
	for _, n := range d.Notes {
		fmt.Fprintf(&s, "%s\n\n", escape(n))
	}
	_, err := w.Write(s.Bytes())
	return err
}

func evidence(d *Document, x Idea) string {
	if len(x.Mention) == 0 {
		return ""
	}
	var ids []string
	for _, id := range x.Mention {
		ids = append(ids, short(id))
	}
	return " (" + d.label("evidence") + " " + strings.Join(ids, ", ") + ")"
}

// short is the end of a mention's id, as quotes and tables write it.
func short(id string) string {
	if len(id) > 8 {
		return id[len(id)-8:]
	}
	return id
}

// quoted sets a text to publish apart.
func quoted(s string) string {
	return "> " + strings.ReplaceAll(escape(s), "\n", "\n> ")
}

func markdownTable(s *bytes.Buffer, t Table) {
	if len(t.Rows) == 0 {
		return
	}
	if t.Title != "" {
		fmt.Fprintf(s, "\n**%s**\n", escape(t.Title))
	}
	cols := t.Cols
	for len(cols) < len(t.Rows[0]) {
		cols = append(cols, Col{Num: len(cols) > 0})
	}
	s.WriteString("\n|")
	for _, c := range cols {
		s.WriteString(" " + escape(c.Title) + " |")
	}
	s.WriteString("\n|")
	for _, c := range cols {
		if c.Num {
			s.WriteString(" ---: |")
		} else {
			s.WriteString(" --- |")
		}
	}
	s.WriteString("\n")
	for _, r := range t.Rows {
		s.WriteString("|")
		for _, x := range r {
			s.WriteString(" " + escape(x) + " |")
		}
		s.WriteString("\n")
	}
}

// escape keeps Markdown from reading signs of a quote or a name as markup.
func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "#", `\#`, "|", `\|`).Replace(s)
}
