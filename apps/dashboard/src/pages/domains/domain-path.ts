import type { DomainView } from '../../api/views.ts';

export const pathOf = ({ id }: Pick<DomainView, 'id'>): string => `/v1/domains/${encodeURIComponent(id)}`;
