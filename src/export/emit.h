#ifndef SES_EXPORT_EMIT_H
#define SES_EXPORT_EMIT_H

#include "export/plan.h"
#include "pack/zip.h"

/**
 * ses_export_emit(p, sink, from, to, only_measure, r, err):
 * Write the planned archive, of which the bytes from..to reach the sink.
 * only_measure: read nothing; r->zip is its length, if p->is_known.
 */
int ses_export_emit(const struct ses_export_plan *p,
    const struct ses_sink *sink, uint64_t from, uint64_t to, int only_measure,
    struct ses_export_result *r, struct seshat_err *err);

#endif
